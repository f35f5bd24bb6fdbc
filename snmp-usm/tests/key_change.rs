//! KeyChange (RFC 3414 §5): what an agent makes of the value is the new key.

use snmp_core::oid::OidBuf;
use snmp_usm::key_change::{KeyObject, USER_SPIN_LOCK, instance};
#[cfg(all(feature = "md5", feature = "sha1", feature = "des"))]
use snmp_usm::{AuthProtocol, KeyError, LocalizedKey, MasterKey, Password, PrivProtocol};

const ENGINE: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

#[cfg(all(feature = "md5", feature = "sha1", feature = "des"))]
fn localized(protocol: AuthProtocol, password: &str) -> LocalizedKey {
    MasterKey::from_password(protocol, &Password::new(password).unwrap()).localize(&ENGINE)
}

/// A privacy key of 16 octets is the first 16 of what A.5 gives for the hash: same random octets, same mask.
#[test]
#[cfg(all(feature = "md5", feature = "sha1", feature = "des"))]
fn r3414_5kc_privacy_keys_change_at_their_own_length() {
    let old = localized(AuthProtocol::Md5, "maplesyrup");
    let new = localized(AuthProtocol::Md5, "newsyrup");
    let value = PrivProtocol::Des
        .key_change(&old, &new, &ENGINE, &[0; 16])
        .unwrap();
    assert_eq!(value, old.key_change(&new, &[0; 16]).unwrap());
    let hex: String = value[16..].iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(hex, "8805615141676cc9196174e742a32551");
    // 20 octets of SHA-1 are cut to 16 before they change.
    let old = localized(AuthProtocol::Sha1, "maplesyrup");
    let new = localized(AuthProtocol::Sha1, "newsyrup");
    let value = PrivProtocol::Aes128
        .key_change(&old, &new, &ENGINE, &[7; 16])
        .unwrap();
    assert_eq!(value.len(), 32);
    let wrong = PrivProtocol::Aes128.key_change(&old, &new, &ENGINE, &[7; 20]);
    assert_eq!(
        wrong.unwrap_err(),
        KeyError::Length {
            expected: 16,
            actual: 20
        }
    );
    let other = localized(AuthProtocol::Md5, "newsyrup");
    PrivProtocol::Aes128
        .key_change(&old, &other, &ENGINE, &[7; 16])
        .unwrap_err();
}

#[test]
fn names_carry_engine_and_user_with_their_lengths() {
    let name = instance(KeyObject::OwnPrivKeyChange, &[0x80, 1, 2, 3, 4], b"ab").unwrap();
    let expected: OidBuf = "1.3.6.1.6.3.15.1.2.2.1.10.5.128.1.2.3.4.2.97.98".parse().unwrap();
    assert_eq!(name, expected);
    assert_eq!(USER_SPIN_LOCK.to_string(), "1.3.6.1.6.3.15.1.2.1.0");
    for (object, column) in [
        (KeyObject::AuthKeyChange, 6),
        (KeyObject::OwnAuthKeyChange, 7),
        (KeyObject::PrivKeyChange, 9),
    ] {
        let name = instance(object, &ENGINE, b"u").unwrap();
        let entry: OidBuf = "1.3.6.1.6.3.15.1.2.2.1".parse().unwrap();
        assert_eq!(
            name.as_oid().index_in(entry.as_oid()).unwrap().next(),
            Some(column)
        );
    }
    instance(KeyObject::AuthKeyChange, &[1; 100], &[2; 100]).unwrap_err();
}
