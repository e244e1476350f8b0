use super::fingerprint::Hashing;
use super::key::Key;
use steadfast_engine::RecordId;

/// Returns the id of the record of a key. Every part is preceded by its length, so that no part can pose as the end of
/// another.
pub(super) fn record_id(hashing: &Hashing, scope: &[u8], operation: &str, key: &Key<'_>) -> RecordId {
    let key = key.identity();
    let lengths = [scope.len(), operation.len(), key.len()].map(|length| (length as u64).to_le_bytes());
    RecordId(hashing.digest(&[&lengths[0], scope, &lengths[1], operation.as_bytes(), &lengths[2], &key]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_of_a_key_never_counts_for_another_part() {
        let id = |scope: &[u8], operation, key| {
            record_id(&Hashing::default(), scope, operation, &Key::parse(key).unwrap())
        };
        let all = [
            id(b"", "pay", b"key"),
            id(b"p", "ay", b"key"),
            id(b"", "payk", b"ey"),
            id(b"payk", "", b"ey"),
            id(b"other", "pay", b"key"),
        ];
        for (i, one) in all.iter().enumerate() {
            assert!(!all[i + 1..].contains(one));
        }
        assert_eq!(all[0], id(b"", "pay", b"\"key\""));
    }
}
