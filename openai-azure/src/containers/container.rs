//! Containers as the service describes them.

use openai_azure_sys::{open_enum, open_struct};

use crate::page::ListItem;
use crate::trace::Telemetry;

open_enum! {
    /// Memory of a container.
    pub enum ContainerMemory {
        /// 1 GB, the default.
        Gb1 = "1g",
        /// 4 GB.
        Gb4 = "4g",
        /// 16 GB.
        Gb16 = "16g",
        /// 64 GB.
        Gb64 = "64g",
    }
}

open_struct! {
    /// A container, in which the code interpreter runs.
    pub struct Container {
        /// Unique ID.
        pub id: String,
        /// Name.
        pub name: String,
        /// When it was created, in seconds since 1970.
        pub created_at: i64,
        /// When it was last used, in seconds since 1970.
        pub last_active_at: Option<i64>,
        /// Where it is, such as `running` or `expired`.
        pub status: String,
        /// How long it lives after it was last used.
        pub expires_after: Option<ContainerExpiry>,
        /// Its memory.
        pub memory_limit: Option<ContainerMemory>,
    }
}

open_struct! {
    /// How long a container lives.
    #[derive(Eq)]
    pub struct ContainerExpiry {
        /// What the minutes are counted from: `last_active_at`.
        pub anchor: String,
        /// Minutes.
        pub minutes: u64,
    }
}

open_struct! {
    /// A file in a container.
    pub struct ContainerFile {
        /// Unique ID.
        pub id: String,
        /// The container.
        pub container_id: String,
        /// When it was created, in seconds since 1970.
        pub created_at: i64,
        /// Size, in bytes.
        pub bytes: u64,
        /// Path in the container.
        pub path: String,
        /// Who made it: `user` or `assistant`.
        pub source: String,
    }
}

impl ListItem for Container {
    fn id(&self) -> &str {
        &self.id
    }
}

impl ListItem for ContainerFile {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Telemetry for Container {}
impl Telemetry for ContainerFile {}
