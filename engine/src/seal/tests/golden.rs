//! What one release has sealed, every later one opens. libsodium made these bytes, with the nonce 0 to 23.

use super::entries::{draft, row};
use super::*;

const RECORD: &str = "02036e6577000102030405060708090a0b0c0d0e0f1011121314151617324d1e7004758a01ab720ec95cee83194d336abab9\
    615739484681290e7c625285c1d0074e1d44e6f301de29415a4218ac12190abee1a132900949aa62321f53848ac42bf77a05\
    f05566881c77dc219bd787bb5a33a367a7bbca8484cc06e2cba1e336d38779a9d6aa6c623a5e3e149cfed9707a56ee3349fa\
    1f68f231c0690a630db1d136417c036960a58b9876edb610dbef67fa1bff7fa7239b0f1f71b1991e74098056a7b44e805baf\
    74b78506709906840a6a025cc381bbdd1a192cdd0db935028e194586f05e58fa1d51b20eb278e9";

const DETAILS: &str = "01036e6577000102030405060708090a0b0c0d0e0f1011121314151617486e7f523e53e14dc5066bba06b990a1035995854c\
    eccb3f12682514d760eb";

#[test]
fn record_of_another_implementation_is_read() {
    assert_eq!(open(ring(), id(1), &bytes(RECORD)).unwrap(), completed());
}

#[test]
fn entry_of_another_implementation_is_read() {
    let sealed = AuditDraft { details: bytes(DETAILS), ..draft() };
    assert_eq!(codec(ring()).open_entry(row(sealed)).unwrap(), row(draft()));
}
