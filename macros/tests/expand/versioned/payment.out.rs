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
    use ::steadfast::__private as __p;
    #[derive(JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment", expecting = "struct Payment")]
    #[serde(crate = "__p::serde", remote = "Payment")]
    struct __PaymentHead {
        id: u64,
        amount: Money,
        priority: Priority,
    }
    #[derive(JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment", expecting = "struct Payment")]
    #[serde(crate = "__p::serde")]
    struct __PaymentBefore20250930 {
        id: u64,
        amount: Money,
    }
    #[derive(JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Payment", expecting = "struct Payment")]
    #[serde(crate = "__p::serde")]
    struct __PaymentBefore20241218 {
        id: u64,
        amount_cents: i64,
        #[serde(default = "usd")]
        currency: String,
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Payment {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            match __p::wire::shape_of::<Self>(20250930) {
                ..20241218 => {
                    __p::exercised(
                        ::core::concat!(::core::module_path!(), "::", "Payment"),
                        20241218,
                        false,
                    );
                    let __head = self;
                    let (amount_cents, currency): (i64, String) = __p::downgraded::<
                        (i64, String),
                        _,
                        __S::Error,
                    >(
                        {
                            let _converting = __p::wire::converting();
                            Money::to_parts(&__head.amount)
                        },
                        "`Payment.amount`, changed in 2024-12-18",
                    )?;
                    use __p::NotWritten as _;
                    let holds_amount = __p::Sensitivity(&self.amount).is_there();
                    __p::write(
                        __serializer,
                        "Payment",
                        (
                            __p::field::<u64>("id", &__head.id),
                            (
                                __p::field_unless::<
                                    i64,
                                >(
                                    holds_amount && __p::sensitive(),
                                    "amount_cents",
                                    &amount_cents,
                                ),
                                (
                                    __p::field_unless::<
                                        String,
                                    >(holds_amount && __p::sensitive(), "currency", &currency),
                                    (),
                                ),
                            ),
                        ),
                    )
                }
                ..20250930 => {
                    __p::exercised(
                        ::core::concat!(::core::module_path!(), "::", "Payment"),
                        20250930,
                        false,
                    );
                    let __head = self;
                    __p::write(
                        __serializer,
                        "Payment",
                        (
                            __p::field::<u64>("id", &__head.id),
                            (__p::field::<Money>("amount", &__head.amount), ()),
                        ),
                    )
                }
                _ => {
                    __p::wire::lossy_unless(const {
                        __p::rows_tell(<Self as __p::Holds<__p::Full>>::HELD, &[1usize])
                            .is_all_of_a_response()
                    });
                    {
                        let __head = self;
                        __p::write(
                            __serializer,
                            "Payment",
                            (
                                __p::field::<u64>("id", &__head.id),
                                (
                                    __p::field::<Money>("amount", &__head.amount),
                                    (__p::field::<Priority>("priority", &__head.priority), ()),
                                ),
                            ),
                        )
                    }
                }
            }
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Payment {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            match __p::wire::shape_of::<Self>(20250930) {
                ..20241218 => {
                    let (id, (amount_cents, (currency, ()))) = __p::read(
                        __deserializer,
                        &__p::Struct {
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
                            __p::column::<u64>(),
                            (__p::column::<i64>(), (__p::column_or::<String>(usd), ())),
                        ),
                    )?;
                    let amount: Money = {
                        let upgrade: fn(i64, String) -> _ = Money::from_parts;
                        let _converting = __p::wire::converting();
                        __p::upgraded::<
                            Money,
                            _,
                            __D,
                        >(upgrade(amount_cents, currency), "/amount_cents")?
                    };
                    let priority: Priority = ::core::default::Default::default();
                    __p::exercised(
                        ::core::concat!(::core::module_path!(), "::", "Payment"),
                        20241218,
                        true,
                    );
                    ::core::result::Result::Ok(Self { id, amount, priority })
                }
                ..20250930 => {
                    let (id, (amount, ())) = __p::read(
                        __deserializer,
                        &__p::Struct {
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
                        (__p::column::<u64>(), (__p::column::<Money>(), ())),
                    )?;
                    let priority: Priority = ::core::default::Default::default();
                    __p::exercised(
                        ::core::concat!(::core::module_path!(), "::", "Payment"),
                        20250930,
                        true,
                    );
                    ::core::result::Result::Ok(Self { id, amount, priority })
                }
                _ => {
                    let (id, (amount, (priority, ()))) = __p::read(
                        __deserializer,
                        &__p::Struct {
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
                            __p::column::<u64>(),
                            (__p::column::<Money>(), (__p::column::<Priority>(), ())),
                        ),
                    )?;
                    ::core::result::Result::Ok(Self { id, amount, priority })
                }
            }
        }
    }
    fn __shape() -> &'static str {
        match __p::wire::at() {
            ..20241218 => ".before-2024-12-18",
            ..20250930 => ".before-2025-09-30",
            _ => "",
        }
    }
    #[automatically_derived]
    impl ::schemars::JsonSchema for Payment {
        fn schema_name() -> ::std::borrow::Cow<'static, str> {
            __p::shape_name(
                <__PaymentHead as ::schemars::JsonSchema>::schema_name(),
                __shape(),
            )
        }
        fn schema_id() -> ::std::borrow::Cow<'static, str> {
            __p::shape_name(
                <__PaymentHead as ::schemars::JsonSchema>::schema_id(),
                __shape(),
            )
        }
        fn json_schema(
            generator: &mut ::schemars::SchemaGenerator,
        ) -> ::schemars::Schema {
            match __p::wire::at() {
                ..20241218 => {
                    let mut __schema = <__PaymentBefore20241218 as ::schemars::JsonSchema>::json_schema(
                        generator,
                    );
                    if __p::shows_sensitive(
                        __p::stored(|| {
                                <::schemars::SchemaGenerator as ::core::default::Default>::default()
                                    .into_root_schema_for::<Money>()
                            })
                            .as_value(),
                    ) {
                        __p::mark_sensitive(__schema.ensure_object(), "amount_cents");
                    }
                    if __p::shows_sensitive(
                        __p::stored(|| {
                                <::schemars::SchemaGenerator as ::core::default::Default>::default()
                                    .into_root_schema_for::<Money>()
                            })
                            .as_value(),
                    ) {
                        __p::mark_sensitive(__schema.ensure_object(), "currency");
                    }
                    __p::absent_in_replays(__schema.ensure_object());
                    __schema
                }
                ..20250930 => {
                    <__PaymentBefore20250930 as ::schemars::JsonSchema>::json_schema(
                        generator,
                    )
                }
                _ => <__PaymentHead as ::schemars::JsonSchema>::json_schema(generator),
            }
        }
    }
    #[automatically_derived]
    impl __p::Shape for Payment {
        const PATH: &'static str = ::core::concat!(
            ::core::module_path!(), "::", "Payment"
        );
        const DECLARED: u64 = __p::type_id(
            <Self as __p::Shape>::PATH,
            ::core::line!(),
            ::core::column!(),
        );
        const ID: u64 = <Self as __p::Shape>::DECLARED;
        const CHANGES: &'static [__p::TypeChange] = &[
            __p::TypeChange {
                of: <Self as __p::Shape>::DECLARED,
                date: __p::Date::known(20250930),
                verb: __p::ChangeVerb::Added,
                old: &[],
                new: &["priority"],
                law: __p::Law::Defaulted,
                note: ::core::option::Option::None,
                is_flat: false,
                wipes: {
                    use __p::NotKnown as _;
                    !(__p::IsKnown::<Priority>::VALUE)
                },
            },
            __p::TypeChange {
                of: <Self as __p::Shape>::DECLARED,
                date: __p::Date::known(20241218),
                verb: __p::ChangeVerb::Changed,
                old: &["amount_cents", "currency"],
                new: &["amount"],
                law: __p::Law::Unclaimed,
                note: ::core::option::Option::None,
                is_flat: false,
                wipes: false,
            },
        ];
        const HISTORY: &'static __p::TypeHistory = &__p::TypeHistory {
            id: <Self as __p::Shape>::ID,
            path: <Self as __p::Shape>::PATH,
            writes: true,
            reads: true,
            changes: <Self as __p::Shape>::CHANGES,
            held: <Self as __p::Holds<__p::Full>>::HELD,
            opaque: &[],
            layout: __p::Layout::Fields,
        };
        type At<__D: __p::Depth> = __p::Of<Self, __D>;
    }
    #[automatically_derived]
    impl<__D: __p::Depth> __p::Holds<__D> for Payment {
        const HELD: &'static [__p::Held] = &[
            __p::held::<u64, __D>("id", "/id"),
            __p::held::<Money, __D>("amount", "/amount"),
            __p::held::<Priority, __D>("priority", "/priority"),
            __p::held::<
                i64,
                __D,
            >("amount_cents (before 2024-12-18)", "/amount_cents (before 2024-12-18)"),
            __p::held::<
                String,
                __D,
            >("currency (before 2024-12-18)", "/currency (before 2024-12-18)"),
        ];
        const TELLS: __p::Told = __p::rows_tell(
            <Self as __p::Holds<__D>>::HELD,
            &[0usize, 1usize, 2usize],
        );
        const NULL: __p::Null = __p::Null::Never;
        const MIXES: bool = __p::any_mixes(<Self as __p::Holds<__D>>::HELD);
    }
};
