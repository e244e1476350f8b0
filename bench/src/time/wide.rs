//! Timelines and endpoints in numbers that nobody writes down: what the macros make of an enum and of handlers.

use steadfast::__private::{Handled, Invoke, Made, Making, Meta, Method, Path, Plain, Range, made};
use steadfast::{ApiVersions, Date, Endpoint, Endpoints, Policy, Release, Timeline};

pub(super) const ANSWER: &str = "ok";

/// A version of an API with `N` versions, a month from one to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Months<const N: usize>(usize);

impl<const N: usize> Months<N> {
    const VERSIONS: [Self; N] = {
        let mut versions = [Self(0); N];
        let mut number = 0;
        while number < N {
            versions[number] = Self(number);
            number += 1;
        }
        versions
    };

    const RELEASES: [Release; N] = {
        let first = Release {
            name: "month",
            date: date(0),
            alias: None,
            deprecated: None,
            sunset: None,
            guide: None,
            preview: false,
            brownouts: &[],
        };
        let mut releases = [first; N];
        let mut month = 0;
        while (month as usize) < N {
            releases[month as usize].date = date(month);
            month += 1;
        }
        releases
    };
}

impl<const N: usize> ApiVersions for Months<N> {
    const TIMELINE: &'static Timeline = &Timeline {
        name: "Months",
        releases: &Self::RELEASES,
        removed: &[],
        policy: Policy { min_notice_days: None, idempotency_required: false, sunset_required: false },
    };
    const ALL: &'static [Self] = &Self::VERSIONS;

    fn position(self) -> usize {
        self.0
    }
}

const fn date(month: u32) -> Date {
    match Date::from_ymd(2000 + month / 12, month % 12 + 1, 1) {
        Some(date) => date,
        None => unreachable!(),
    }
}

/// The endpoint of the path with this number.
struct At<const NUMBER: usize>;

impl<const NUMBER: usize> At<NUMBER> {
    const PATH: [u8; 18] = {
        let mut path = *b"/resources000/list";
        let digits = b"0123456789";
        path[10] = digits[NUMBER / 100 % 10];
        path[11] = digits[NUMBER / 10 % 10];
        path[12] = digits[NUMBER % 10];
        path
    };
}

impl<const NUMBER: usize> Endpoint for At<NUMBER> {
    const META: Meta = Meta {
        range: Range::since(date(0)),
        ..Meta::of(
            "list",
            Method::Get,
            Path::new(match str::from_utf8(&Self::PATH) {
                Ok(path) => path,
                Err(_) => "",
            }),
        )
    };
}

impl<const NUMBER: usize, H: Invoke<T, S>, T: 'static, S: Send + Sync + 'static> Handled<H, T, S>
    for At<NUMBER>
{
    fn made(handler: H, making: Making) -> Made<S> {
        made::<Plain, Self, H, T, S>(handler, &making)
    }
}

async fn list() -> &'static str {
    ANSWER
}

pub(super) fn path(number: usize) -> String {
    format!("/resources{number:03}/list")
}

/// One endpoint, or whole hundreds up to five.
pub(super) fn endpoints<V: ApiVersions>(count: usize) -> Endpoints<V, (), 0> {
    macro_rules! hundred {
        ($list:expr, $hundred:literal; $($ten:literal)*) => {
            $list$(
                .with::<At<{ $hundred + $ten }>, _, _>(list)
                .with::<At<{ $hundred + $ten + 1 }>, _, _>(list)
                .with::<At<{ $hundred + $ten + 2 }>, _, _>(list)
                .with::<At<{ $hundred + $ten + 3 }>, _, _>(list)
                .with::<At<{ $hundred + $ten + 4 }>, _, _>(list)
                .with::<At<{ $hundred + $ten + 5 }>, _, _>(list)
                .with::<At<{ $hundred + $ten + 6 }>, _, _>(list)
                .with::<At<{ $hundred + $ten + 7 }>, _, _>(list)
                .with::<At<{ $hundred + $ten + 8 }>, _, _>(list)
                .with::<At<{ $hundred + $ten + 9 }>, _, _>(list)
            )*
        };
        ($list:ident, $count:expr, $($hundred:literal)*) => {
            $(if $count > $hundred {
                $list = hundred!($list, $hundred; 0 10 20 30 40 50 60 70 80 90);
            })*
        };
    }
    let mut list_of = Endpoints::new();
    if count == 1 {
        return list_of.with::<At<0>, _, _>(list);
    }
    hundred!(list_of, count, 0 100 200 300 400);
    list_of
}
