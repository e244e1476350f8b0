#[derive(::steadfast::__private::Attributes)]
#[derive(Debug)]
#[serde(rename_all = "snake_case")]
pub struct Payment {
    pub id: u64,
    pub amount: Money,
    pub priority: Priority,
}
#[allow(dead_code, deprecated)]
const _: () = {
    #[derive(JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment", expecting = "struct Payment")]
    #[serde(crate = "::steadfast::__private::serde", remote = "Payment")]
    struct __Payment {
        id: u64,
        amount: Money,
        priority: Priority,
    }
    #[derive(JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment", expecting = "struct Payment")]
    #[serde(crate = "::steadfast::__private::serde")]
    struct __PaymentBefore20250930 {
        id: u64,
        amount: Money,
    }
    #[derive(JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment", expecting = "struct Payment")]
    #[serde(crate = "::steadfast::__private::serde")]
    struct __PaymentBefore20241218 {
        id: u64,
        amount_cents: i64,
        #[serde(default = "usd")]
        currency: String,
    }
    #[automatically_derived]
    impl ::steadfast::__private::serde::Serialize for Payment {
        fn serialize<__S: ::steadfast::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            match ::steadfast::__private::wire::shape_of::<Self>(20250930) {
                ..20241218 => {
                    ::steadfast::__private::exercised(
                        ::core::concat!(::core::module_path!(), "::", "Payment"),
                        20241218,
                        false,
                    );
                    let __head = self;
                    let (amount_cents, currency): (i64, String) = ::steadfast::__private::downgraded::<
                        (i64, String),
                        _,
                        __S::Error,
                    >(
                        {
                            let _converting = ::steadfast::__private::wire::converting();
                            Money::to_parts(&__head.amount)
                        },
                        "`Payment.amount`, changed in 2024-12-18",
                    )?;
                    use ::steadfast::__private::NotWritten as _;
                    let holds_amount = ::steadfast::__private::Sensitivity(&self.amount)
                        .is_there();
                    ::steadfast::__private::write(
                        __serializer,
                        "Payment",
                        (
                            ::steadfast::__private::field::<u64>("id", &__head.id),
                            (
                                ::steadfast::__private::field_unless::<
                                    i64,
                                >(
                                    holds_amount && ::steadfast::__private::sensitive(),
                                    "amount_cents",
                                    &amount_cents,
                                ),
                                (
                                    ::steadfast::__private::field_unless::<
                                        String,
                                    >(
                                        holds_amount && ::steadfast::__private::sensitive(),
                                        "currency",
                                        &currency,
                                    ),
                                    (),
                                ),
                            ),
                        ),
                    )
                }
                ..20250930 => {
                    ::steadfast::__private::exercised(
                        ::core::concat!(::core::module_path!(), "::", "Payment"),
                        20250930,
                        false,
                    );
                    let __head = self;
                    ::steadfast::__private::write(
                        __serializer,
                        "Payment",
                        (
                            ::steadfast::__private::field::<u64>("id", &__head.id),
                            (
                                ::steadfast::__private::field::<
                                    Money,
                                >("amount", &__head.amount),
                                (),
                            ),
                        ),
                    )
                }
                _ => {
                    ::steadfast::__private::wire::lossy_unless(const {
                        ::steadfast::__private::rows_tell(
                                <Self as ::steadfast::__private::Holds<
                                    ::steadfast::__private::Full,
                                >>::HELD,
                                &[1usize],
                            )
                            .is_all_of_a_response()
                    });
                    {
                        let __head = self;
                        ::steadfast::__private::write(
                            __serializer,
                            "Payment",
                            (
                                ::steadfast::__private::field::<u64>("id", &__head.id),
                                (
                                    ::steadfast::__private::field::<
                                        Money,
                                    >("amount", &__head.amount),
                                    (
                                        ::steadfast::__private::field::<
                                            Priority,
                                        >("priority", &__head.priority),
                                        (),
                                    ),
                                ),
                            ),
                        )
                    }
                }
            }
        }
    }
    #[automatically_derived]
    impl<'de> ::steadfast::__private::serde::Deserialize<'de> for Payment {
        fn deserialize<__D: ::steadfast::__private::serde::Deserializer<'de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            match ::steadfast::__private::wire::shape_of::<Self>(20250930) {
                ..20241218 => {
                    let (id, (amount_cents, (currency, ()))) = ::steadfast::__private::read(
                        __deserializer,
                        &::steadfast::__private::Struct {
                            name: "Payment",
                            expecting: "struct Payment",
                            fields: &["id", "amount_cents", "currency"],
                            is_closed: false,
                            find: |__name| match __name {
                                "id" => 0usize,
                                "amount_cents" => 1usize,
                                "currency" => 2usize,
                                _ => 3usize,
                            },
                        },
                        (
                            ::steadfast::__private::column::<u64>(),
                            (
                                ::steadfast::__private::column::<i64>(),
                                (::steadfast::__private::column_or::<String>(usd), ()),
                            ),
                        ),
                    )?;
                    let amount: Money = {
                        let upgrade: fn(i64, String) -> _ = Money::from_parts;
                        let _converting = ::steadfast::__private::wire::converting();
                        ::steadfast::__private::upgraded::<
                            Money,
                            _,
                            __D,
                        >(upgrade(amount_cents, currency), "/amount_cents")?
                    };
                    let priority: Priority = ::core::default::Default::default();
                    ::steadfast::__private::exercised(
                        ::core::concat!(::core::module_path!(), "::", "Payment"),
                        20241218,
                        true,
                    );
                    ::core::result::Result::Ok(Self { id, amount, priority })
                }
                ..20250930 => {
                    let (id, (amount, ())) = ::steadfast::__private::read(
                        __deserializer,
                        &::steadfast::__private::Struct {
                            name: "Payment",
                            expecting: "struct Payment",
                            fields: &["id", "amount"],
                            is_closed: false,
                            find: |__name| match __name {
                                "id" => 0usize,
                                "amount" => 1usize,
                                _ => 2usize,
                            },
                        },
                        (
                            ::steadfast::__private::column::<u64>(),
                            (::steadfast::__private::column::<Money>(), ()),
                        ),
                    )?;
                    let priority: Priority = ::core::default::Default::default();
                    ::steadfast::__private::exercised(
                        ::core::concat!(::core::module_path!(), "::", "Payment"),
                        20250930,
                        true,
                    );
                    ::core::result::Result::Ok(Self { id, amount, priority })
                }
                _ => {
                    let (id, (amount, (priority, ()))) = ::steadfast::__private::read(
                        __deserializer,
                        &::steadfast::__private::Struct {
                            name: "Payment",
                            expecting: "struct Payment",
                            fields: &["id", "amount", "priority"],
                            is_closed: false,
                            find: |__name| match __name {
                                "id" => 0usize,
                                "amount" => 1usize,
                                "priority" => 2usize,
                                _ => 3usize,
                            },
                        },
                        (
                            ::steadfast::__private::column::<u64>(),
                            (
                                ::steadfast::__private::column::<Money>(),
                                (::steadfast::__private::column::<Priority>(), ()),
                            ),
                        ),
                    )?;
                    ::core::result::Result::Ok(Self { id, amount, priority })
                }
            }
        }
    }
    fn __shape() -> &'static str {
        match ::steadfast::__private::wire::at() {
            ..20241218 => ".before-2024-12-18",
            ..20250930 => ".before-2025-09-30",
            _ => "",
        }
    }
    #[automatically_derived]
    impl ::schemars::JsonSchema for Payment {
        fn schema_name() -> ::std::borrow::Cow<'static, str> {
            ::steadfast::__private::shape_name(
                <__Payment as ::schemars::JsonSchema>::schema_name(),
                __shape(),
            )
        }
        fn schema_id() -> ::std::borrow::Cow<'static, str> {
            ::steadfast::__private::shape_name(
                <__Payment as ::schemars::JsonSchema>::schema_id(),
                __shape(),
            )
        }
        fn json_schema(
            generator: &mut ::schemars::SchemaGenerator,
        ) -> ::schemars::Schema {
            match ::steadfast::__private::wire::at() {
                ..20241218 => {
                    let mut __schema = <__PaymentBefore20241218 as ::schemars::JsonSchema>::json_schema(
                        generator,
                    );
                    if ::steadfast::__private::shows_sensitive(
                        ::steadfast::__private::stored(|| {
                                <::schemars::SchemaGenerator as ::core::default::Default>::default()
                                    .into_root_schema_for::<Money>()
                            })
                            .as_value(),
                    ) {
                        ::steadfast::__private::mark_sensitive(
                            __schema.ensure_object(),
                            "amount_cents",
                        );
                    }
                    if ::steadfast::__private::shows_sensitive(
                        ::steadfast::__private::stored(|| {
                                <::schemars::SchemaGenerator as ::core::default::Default>::default()
                                    .into_root_schema_for::<Money>()
                            })
                            .as_value(),
                    ) {
                        ::steadfast::__private::mark_sensitive(
                            __schema.ensure_object(),
                            "currency",
                        );
                    }
                    ::steadfast::__private::absent_in_replays(__schema.ensure_object());
                    __schema
                }
                ..20250930 => {
                    <__PaymentBefore20250930 as ::schemars::JsonSchema>::json_schema(
                        generator,
                    )
                }
                _ => <__Payment as ::schemars::JsonSchema>::json_schema(generator),
            }
        }
    }
    #[automatically_derived]
    impl ::steadfast::__private::Shape for Payment {
        const PATH: &'static str = ::core::concat!(
            ::core::module_path!(), "::", "Payment"
        );
        const ID: u64 = ::steadfast::__private::type_id(
            <Self as ::steadfast::__private::Shape>::PATH,
            ::core::line!(),
            ::core::column!(),
        );
        const CHANGES: &'static [::steadfast::__private::TypeChange] = &[
            ::steadfast::__private::TypeChange {
                date: ::steadfast::__private::Date::known(20250930),
                verb: ::steadfast::__private::ChangeVerb::Added,
                old: &[],
                new: &["priority"],
                law: ::steadfast::__private::Law::Defaulted,
                note: ::core::option::Option::None,
                is_flat: false,
                wipes: {
                    use ::steadfast::__private::NotKnown as _;
                    !(::steadfast::__private::IsKnown::<Priority>::VALUE)
                },
            },
            ::steadfast::__private::TypeChange {
                date: ::steadfast::__private::Date::known(20241218),
                verb: ::steadfast::__private::ChangeVerb::Changed,
                old: &["amount_cents", "currency"],
                new: &["amount"],
                law: ::steadfast::__private::Law::Unclaimed,
                note: ::core::option::Option::None,
                is_flat: false,
                wipes: false,
            },
        ];
        const HISTORY: &'static ::steadfast::__private::TypeHistory = &::steadfast::__private::TypeHistory {
            id: <Self as ::steadfast::__private::Shape>::ID,
            path: <Self as ::steadfast::__private::Shape>::PATH,
            writes: true,
            reads: true,
            changes: <Self as ::steadfast::__private::Shape>::CHANGES,
            held: <Self as ::steadfast::__private::Holds<
                ::steadfast::__private::Full,
            >>::HELD,
            opaque: &[],
            layout: ::steadfast::__private::Layout::Fields,
        };
        type At<__D: ::steadfast::__private::Depth> = ::steadfast::__private::Of<
            Self,
            __D,
        >;
    }
    #[automatically_derived]
    impl<__D: ::steadfast::__private::Depth> ::steadfast::__private::Holds<__D>
    for Payment {
        const HELD: &'static [::steadfast::__private::Held] = &[
            ::steadfast::__private::held::<u64, __D>("id", "/id"),
            ::steadfast::__private::held::<Money, __D>("amount", "/amount"),
            ::steadfast::__private::held::<Priority, __D>("priority", "/priority"),
            ::steadfast::__private::held::<
                i64,
                __D,
            >("amount_cents (before 2024-12-18)", "/amount_cents (before 2024-12-18)"),
            ::steadfast::__private::held::<
                String,
                __D,
            >("currency (before 2024-12-18)", "/currency (before 2024-12-18)"),
        ];
        const TELLS: ::steadfast::__private::Told = ::steadfast::__private::rows_tell(
            <Self as ::steadfast::__private::Holds<__D>>::HELD,
            &[0usize, 1usize, 2usize],
        );
        const NULL: ::steadfast::__private::Null = ::steadfast::__private::Null::Never;
        const MIXES: bool = ::steadfast::__private::any_mixes(
            <Self as ::steadfast::__private::Holds<__D>>::HELD,
        );
    }
};
