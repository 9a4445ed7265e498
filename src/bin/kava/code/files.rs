//! The issuer's and the phone's secrets in files that only their owner may read.

use anyhow::{Context, Result, anyhow, bail};
use kava::{
    facts::{id::ChainId, menu::to_hex},
    wire::{
        bundle::public_of,
        code::{Algorithm, Phone, SignedPass},
    },
};
use serde::{Deserialize, Serialize};
use std::{fs::OpenOptions, io::Write, path::Path};

/// What the office would know.
pub struct IssuerFile {
    /// Number of the key.
    pub number: u8,
    /// The chain it signs for.
    pub chain: ChainId,
    /// Signs passes and blank memberships.
    pub signing: [u8; 32],
    /// Makes short-code keys.
    pub weeks: [u8; 32],
}

#[derive(Serialize, Deserialize)]
struct IssuerText {
    number: u8,
    chain: ChainId,
    signing: String,
    weeks: String,
}

impl IssuerFile {
    /// The half that counters get.
    pub fn public(&self) -> [u8; 32] {
        public_of(&self.signing)
    }

    /// Refuses the file of another chain.
    pub fn of_chain(&self, chain: &ChainId) -> Result<()> {
        if self.chain == *chain {
            Ok(())
        } else {
            bail!("the issuer's file is of chain {}, this counter is of {chain}", self.chain)
        }
    }

    pub fn read(path: &Path) -> Result<IssuerFile> {
        let text: IssuerText = read(path, "an issuer's file; make one with `kava code issuer`")?;
        Ok(IssuerFile {
            number: text.number,
            chain: text.chain,
            signing: secret(&text.signing, path)?,
            weeks: secret(&text.weeks, path)?,
        })
    }

    pub fn write(&self, path: &Path) -> Result<()> {
        let text = IssuerText {
            number: self.number,
            chain: self.chain.clone(),
            signing: to_hex(&self.signing),
            weeks: to_hex(&self.weeks),
        };
        write(path, &text)
    }
}

/// A simulated phone; `tests/simulators/phone.py` reads the same file.
pub struct PhoneFile {
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Its secret key.
    pub secret: [u8; 32],
    /// Its pass, signed.
    pub pass: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct PhoneText {
    algorithm: char,
    secret: String,
    pass: String,
}

impl PhoneFile {
    pub fn read(path: &Path) -> Result<PhoneFile> {
        const WHAT: &str = "a phone's file; make one with `kava code phone`";
        let text: PhoneText = read(path, WHAT)?;
        let wrong = || anyhow!("{} is not {WHAT}", path.display());
        Ok(PhoneFile {
            algorithm: Algorithm::of(text.algorithm).ok_or_else(wrong)?,
            secret: secret(&text.secret, path)?,
            pass: bytes(&text.pass).ok_or_else(wrong)?,
        })
    }

    pub fn write(&self, path: &Path) -> Result<()> {
        let text = PhoneText {
            algorithm: self.algorithm.digit(),
            secret: to_hex(&self.secret),
            pass: to_hex(&self.pass),
        };
        write(path, &text)
    }

    /// The phone with its pass.
    pub fn phone(&self) -> Result<(Phone, SignedPass)> {
        let phone = Phone::new(self.algorithm, self.secret).context("the phone's secret is no key")?;
        Ok((phone, SignedPass::read(self.algorithm, &self.pass)?.0))
    }
}

fn read<T: for<'a> Deserialize<'a>>(path: &Path, what: &str) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).map_err(|_| anyhow!("{} is not {what}", path.display()))
}

/// A new file; one that is there already may hold the only copy of a secret.
fn write(path: &Path, text: &impl Serialize) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("{} cannot be made", path.display()))?;
    writeln!(file, "{}", serde_json::to_string(text)?).context("the file cannot be written")
}

fn secret(hex: &str, path: &Path) -> Result<[u8; 32]> {
    let wrong = || anyhow!("{} has a damaged secret", path.display());
    bytes(hex).ok_or_else(wrong)?.try_into().map_err(|_| wrong())
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
