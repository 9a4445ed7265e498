//! The towns in which policies are measured: frozen, blind to what is learned, and the same every time.

use sha2::{Digest, Sha256};

#[test]
fn the_towns_are_frozen() {
    let table = [
        (
            "parameters",
            include_str!("../src/testing/towns/parameters.rs"),
            "4027646a6e8630ef9655e54fa4b56fa2ff4a7f007cc91c43a449ff018b7524be",
        ),
        (
            "form",
            include_str!("../src/testing/towns/form.rs"),
            "575a8aa5d0cde2f5014d355884a5de85f66b6771386b2683ad50ff28db428069",
        ),
    ];
    for (name, text, frozen) in table {
        let bytes = Sha256::digest(text.replace("\r\n", "\n").as_bytes());
        let hash: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, frozen, "{name}.rs changed; a town is never changed to fit a policy");
    }
}
