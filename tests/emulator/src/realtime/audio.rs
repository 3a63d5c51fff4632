//! Audio in and out: formats, the volume of speech, and canned speech.

use serde_json::Value;

/// How audio of a session is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// 16-bit PCM of 24 kHz.
    Pcm,
    /// G.711 of 8 kHz: µ-law.
    Pcmu,
    /// G.711 of 8 kHz: A-law.
    Pcma,
}

impl Format {
    pub(super) fn of(format: &Value) -> Self {
        match format.as_str().or_else(|| format["type"].as_str()) {
            Some("audio/pcmu" | "g711_ulaw") => Self::Pcmu,
            Some("audio/pcma" | "g711_alaw") => Self::Pcma,
            _ => Self::Pcm,
        }
    }

    pub(super) fn bytes_per_ms(self) -> usize {
        if self == Self::Pcm { 48 } else { 8 }
    }

    fn sample(self, bytes: &[u8]) -> f64 {
        match (self, bytes) {
            (Self::Pcm, [low, high]) => f64::from(i16::from_le_bytes([*low, *high])) / 32768.0,
            // Only the volume counts, and that is in the exponent.
            (Self::Pcmu, [byte]) => f64::from(!byte & 0x7F) / 128.0,
            (Self::Pcma, [byte]) => f64::from((byte ^ 0x55) & 0x7F) / 128.0,
            _ => 0.0,
        }
    }

    /// The volume of some audio, 0 to 1.
    fn volume(self, audio: &[u8]) -> f64 {
        let size = if self == Self::Pcm { 2 } else { 1 };
        let samples = (audio.len() / size).max(1);
        let sum: f64 = audio.chunks_exact(size).map(|bytes| self.sample(bytes).powi(2)).sum();
        (sum / samples as f64).sqrt()
    }
}

/// Canned speech: a tone that begins and ends softly.
pub(super) fn speech(format: Format, milliseconds: usize) -> Vec<u8> {
    let bytes = format.bytes_per_ms() * milliseconds;
    if format != Format::Pcm {
        return (0..bytes).map(|at| if at / 9 % 2 == 0 { 0xA0 } else { 0x20 }).collect();
    }
    let samples = bytes / 2;
    let tone = |at: usize| {
        let fade = at.min(samples - at).min(240) as f64 / 240.0;
        let wave = (at as f64 * 220.0 * std::f64::consts::TAU / 24_000.0).sin();
        (wave * fade * 9000.0) as i16
    };
    (0..samples).flat_map(|at| tone(at).to_le_bytes()).collect()
}

/// How much audio is looked at at once, in milliseconds.
const FRAME: usize = 20;

/// The volume above which audio is speech, at a threshold of 0.5.
const SPEECH: f64 = 0.02;

/// Finds speech by the volume of the audio.
#[derive(Debug, Default)]
pub(super) struct Detector {
    rest: Vec<u8>,
    position_ms: u64,
    speaking: bool,
    silent_ms: u64,
}

/// What the detector found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speech {
    Started { at_ms: u64 },
    Stopped { at_ms: u64 },
}

impl Detector {
    /// Takes more audio. `threshold` is that of the turn detection.
    pub(super) fn push(
        &mut self,
        format: Format,
        audio: &[u8],
        threshold: f64,
        silence_ms: u64,
    ) -> Vec<Speech> {
        self.rest.extend_from_slice(audio);
        let size = format.bytes_per_ms() * FRAME;
        let mut found = Vec::new();
        let frames = self.rest.len() / size;
        for frame in self.rest.chunks_exact(size) {
            self.position_ms += FRAME as u64;
            if format.volume(frame) > SPEECH * threshold * 2.0 {
                self.silent_ms = 0;
                if !self.speaking {
                    self.speaking = true;
                    found.push(Speech::Started { at_ms: self.position_ms - FRAME as u64 });
                }
            } else if self.speaking {
                self.silent_ms += FRAME as u64;
                if self.silent_ms >= silence_ms {
                    self.speaking = false;
                    found.push(Speech::Stopped { at_ms: self.position_ms });
                }
            }
        }
        self.rest.drain(..frames * size);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{Detector, Format, Speech, speech};

    #[test]
    fn speech_is_found_between_silences() {
        for format in [Format::Pcm, Format::Pcmu, Format::Pcma] {
            let quiet = match format {
                Format::Pcm => 0,
                Format::Pcmu => 0xFF,
                Format::Pcma => 0x55,
            };
            let silence = |ms: usize| vec![quiet; format.bytes_per_ms() * ms];
            let audio = [silence(200), speech(format, 400), silence(700)].concat();
            let mut detector = Detector::default();
            let found: Vec<Speech> = audio
                .chunks(333)
                .flat_map(|chunk| detector.push(format, chunk, 0.5, 500))
                .collect();
            let [Speech::Started { at_ms: start }, Speech::Stopped { at_ms: stop }] = found[..]
            else {
                panic!("{format:?}: {found:?}")
            };
            assert!((180..=240).contains(&start), "{format:?} {start}");
            assert!((1060..=1120).contains(&stop), "{format:?} {stop}");
        }
    }
}
