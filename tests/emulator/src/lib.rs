//! A loopback server that speaks the Azure OpenAI data plane.
