//! The office that speaks TLS itself, and who believes it. Certificates are made here, as a chain with an authority of its own
//! makes them.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "the running programs are used in part")]

mod running;

use kava::{facts::menu::Menu, testing::shop::products};
use kava_sync::ledger::{Access, Ledger, audit::receipts};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use reqwest::Certificate;
use running::{Counter, Office};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tokio_rustls::rustls::crypto::ring;

/// A chain's own authority with a certificate that it has signed, as files.
struct Authority {
    folder: tempfile::TempDir,
}

impl Authority {
    fn new(name: &str) -> Authority {
        let folder = tempfile::tempdir().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let office = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let files = [("authority", issuer.pem()), ("office", office.pem()), ("key", key.serialize_pem())];
        for (file, text) in files {
            fs::write(folder.path().join(file), text).unwrap();
        }
        Authority { folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn office(&self) -> Office {
        let (certificate, key) = (self.file("office"), self.file("key"));
        let words = ["--certificate", text(&certificate), "--key", text(&key)];
        Office::start_with(&words)
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn url(office: &Office) -> String {
    format!("https://{}", office.address)
}

#[test]
fn a_counter_that_knows_the_chains_authority_enrols_sells_and_sends_over_tls() {
    let authority = Authority::new("127.0.0.1");
    let office = authority.office();
    let counter = Counter::make(office.folder.path(), "1");
    let file = authority.file("authority");
    counter.run(&["enrol", "--office", &url(&office), "--certificate", text(&file), &office.code("1")]);
    fs::remove_file(&file).unwrap();
    let menu = authority.file("menu");
    fs::write(&menu, Menu::new(products()).to_json()).unwrap();
    office.run(&["publish", "menu", text(&menu)]);
    counter.run(&["sync"]);
    let receipt = counter.sell();
    let sent = counter.run(&["sync"]);
    assert_eq!(sent["waiting"], 0, "{sent}");
    let ledger = Ledger::open(&office.db(), Access::Read).unwrap();
    assert!(receipts(&ledger).unwrap().contains(&receipt), "{sent}");
}

#[test]
fn an_office_that_cannot_prove_who_it_is_gets_no_code_and_one_sentence() {
    let (authority, other) = (Authority::new("127.0.0.1"), Authority::new("127.0.0.1"));
    let (office, elsewhere) = (authority.office(), Authority::new("office.example"));
    let counter = Counter::make(office.folder.path(), "1");
    let refused = |office: &Office, certificate: Option<&Path>| {
        let (url, code) = (url(office), office.code("1"));
        let mut words = vec!["enrol", "--office", &url, &code];
        words.extend(certificate.map(|file| ["--certificate", text(file)]).into_iter().flatten());
        let output = counter.try_run(&words);
        assert!(!output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let why = "cannot prove who it is";
    assert!(refused(&office, None).contains(why), "nobody but the chain has signed it");
    assert!(refused(&office, Some(&other.file("authority"))).contains(why), "another chain has not");
    let misnamed = elsewhere.office();
    assert!(refused(&misnamed, Some(&elsewhere.file("authority"))).contains(why), "it is another machine's");
    let empty = authority.file("empty");
    fs::write(&empty, "no certificate").unwrap();
    assert!(refused(&office, Some(&empty)).contains("there is none in the file"));
}

#[tokio::test]
async fn a_browser_keeps_its_session_to_tls_and_whoever_speaks_none_disturbs_nobody() {
    let authority = Authority::new("127.0.0.1");
    let mut office = authority.office();
    let said = office.second_line().unwrap();
    let (_, code) = said.trim().split_once("/office/#enter=").expect("the first owner's link");
    assert!(said.contains("https://"), "{said}");
    let plain = office.get("/healthz");
    assert!(!plain.contains("HTTP/1.1 200"), "{plain}");
    drop(ring::default_provider().install_default());
    let pem = fs::read(authority.file("authority")).unwrap();
    let client =
        reqwest::Client::builder().tls_certs_only([Certificate::from_pem(&pem).unwrap()]).build().unwrap();
    let body = format!(r#"{{"code":"{code}","password":"a kettle and a spoon"}}"#);
    let enter = client.post(url(&office) + "/office/api/enter").header("content-type", "application/json");
    let entered = enter.body(body).send().await.unwrap();
    let cookie = entered.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.ends_with("; Secure"), "{cookie}");
}

#[test]
fn files_that_are_no_certificate_and_key_are_one_sentence_before_anything_is_opened() {
    let authority = Authority::new("127.0.0.1");
    let office = Office::start();
    let broken = authority.file("broken");
    fs::write(&broken, "-----BEGIN CERTIFICATE-----\n").unwrap();
    let (certificate, key) = (authority.file("office"), authority.file("key"));
    for (certificate, key, named) in
        [(&broken, &key, "broken"), (&certificate, &broken, "broken"), (&key, &key, "key")]
    {
        let words =
            ["serve", "--listen", "127.0.0.1:0", "--certificate", text(certificate), "--key", text(key)];
        let output = office.try_run(&words);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), said.lines().count()), (Some(2), 1), "{said}");
        assert!(said.contains(named) && said.contains("cannot be used"), "{said}");
    }
}
