#[derive(::steadfast::__private::Attributes)]
#[derive(Debug)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Active,
    Canceled { reason: String },
    RequiresAction,
    Partial(Partial),
}
#[allow(dead_code, deprecated)]
const _: () = {
    use ::steadfast::__private as __p;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Status")]
    #[serde(expecting = "enum Status")]
    #[serde(crate = "__p::serde", remote = "Status")]
    enum __StatusHead {
        Active,
        Canceled { reason: String },
        RequiresAction,
        Partial(Partial),
    }
    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Status")]
    #[serde(expecting = "enum Status")]
    #[serde(crate = "__p::serde")]
    enum __StatusBefore20250930 {
        Active,
        Canceled { reason: String },
    }
    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Status")]
    #[serde(expecting = "enum Status")]
    #[serde(crate = "__p::serde")]
    enum __StatusBefore20241218 {
        Active,
        CancelledByUser { reason: String },
        Pending,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Status")]
    #[serde(expecting = "enum Status")]
    #[serde(crate = "__p::serde", remote = "Status")]
    enum __StatusBefore20250930Down {
        Active,
        Canceled { reason: String },
        #[serde(skip_serializing)]
        RequiresAction,
        #[serde(skip_serializing)]
        Partial(Partial),
    }
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Status")]
    #[serde(expecting = "enum Status")]
    #[serde(crate = "__p::serde", remote = "Status")]
    enum __StatusBefore20241218Down {
        Active,
        #[serde(rename = "cancelled_by_user")]
        Canceled { reason: String },
        #[serde(skip_serializing)]
        RequiresAction,
        #[serde(skip_serializing)]
        Partial(Partial),
    }
    fn __before20250930<'__head>(
        __head: &'__head Status,
        __held: &'__head mut ::core::option::Option<Status>,
    ) -> ::core::result::Result<&'__head Status, __p::serde::de::value::Error> {
        let __older: Status = match __head {
            Status::RequiresAction { .. } => {
                __p::wire::merged();
                Status::Active
            }
            Status::Partial { .. } => {
                __p::wire::merged();
                {
                    let older: Status = __p::downgraded::<
                        Status,
                        _,
                        __p::serde::de::value::Error,
                    >(
                        {
                            let _converting = __p::wire::converting();
                            Status::before_partial(__head)
                        },
                        "`Status::Partial`, added in 2025-09-30",
                    )?;
                    older
                }
            }
            _ => return ::core::result::Result::Ok(__head),
        };
        if !::core::matches!(__older, Status::Active { .. } | Status::Canceled { .. }) {
            let __name = |value: &Status| match value {
                Status::Active { .. } => "Active",
                Status::Canceled { .. } => "Canceled",
                Status::RequiresAction { .. } => "RequiresAction",
                Status::Partial { .. } => "Partial",
            };
            let __newer = __p::Newer {
                enumeration: "Status",
                date: "2025-09-30",
                from: __name(__head),
                to: __name(&__older),
            };
            return ::core::result::Result::Err(
                <__p::serde::de::value::Error as __p::serde::ser::Error>::custom(__newer),
            );
        }
        if !::core::matches!(__older, Status::Active | Status::RequiresAction) {
            use __p::NotWritten as _;
            if __p::Sensitivity(__head).is_there()
                && !__p::Sensitivity(&__older).is_there()
            {
                __p::inseparable::<__p::serde::de::value::Error>()?;
            }
        }
        ::core::result::Result::Ok(__held.insert(__older))
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Status {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            match __p::wire::shape_of::<Self>(20250930) {
                ..20241218 => {
                    let __shown = self;
                    let mut __held20250930 = ::core::option::Option::None;
                    let __shown = __before20250930(__shown, &mut __held20250930)
                        .map_err(<__S::Error as __p::serde::ser::Error>::custom)?;
                    __StatusBefore20241218Down::serialize(__shown, __serializer)
                }
                ..20250930 => {
                    let __shown = self;
                    let mut __held20250930 = ::core::option::Option::None;
                    let __shown = __before20250930(__shown, &mut __held20250930)
                        .map_err(<__S::Error as __p::serde::ser::Error>::custom)?;
                    __StatusBefore20250930Down::serialize(__shown, __serializer)
                }
                _ => {
                    __p::wire::lossy_unless(const {
                        __p::rows_tell(<Self as __p::Holds<__p::Full>>::HELD, &[1usize])
                            .is_all_of_a_response()
                    });
                    __StatusHead::serialize(self, __serializer)
                }
            }
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Status {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            match __p::wire::shape_of::<Self>(20250930) {
                ..20241218 => {
                    ::core::result::Result::Ok(
                        match <__StatusBefore20241218 as __p::serde::Deserialize<
                            'de,
                        >>::deserialize(__deserializer)? {
                            __StatusBefore20241218::Active {} => Self::Active {},
                            __StatusBefore20241218::CancelledByUser { reason: __0 } => {
                                Self::Canceled { reason: __0 }
                            }
                            __StatusBefore20241218::Pending {} => {
                                let _converting = __p::wire::converting();
                                __p::in_place::<Self, _, _>(Status::Active)
                            }
                        },
                    )
                }
                ..20250930 => {
                    ::core::result::Result::Ok(
                        match <__StatusBefore20250930 as __p::serde::Deserialize<
                            'de,
                        >>::deserialize(__deserializer)? {
                            __StatusBefore20250930::Active {} => Self::Active {},
                            __StatusBefore20250930::Canceled { reason: __0 } => {
                                Self::Canceled { reason: __0 }
                            }
                        },
                    )
                }
                _ => __StatusHead::deserialize(__deserializer),
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
    impl ::schemars::JsonSchema for Status {
        fn schema_name() -> ::std::borrow::Cow<'static, str> {
            __p::shape_name(
                <__StatusHead as ::schemars::JsonSchema>::schema_name(),
                __shape(),
            )
        }
        fn schema_id() -> ::std::borrow::Cow<'static, str> {
            __p::shape_name(
                <__StatusHead as ::schemars::JsonSchema>::schema_id(),
                __shape(),
            )
        }
        fn json_schema(
            generator: &mut ::schemars::SchemaGenerator,
        ) -> ::schemars::Schema {
            match __p::wire::at() {
                ..20241218 => {
                    <__StatusBefore20241218 as ::schemars::JsonSchema>::json_schema(
                        generator,
                    )
                }
                ..20250930 => {
                    <__StatusBefore20250930 as ::schemars::JsonSchema>::json_schema(
                        generator,
                    )
                }
                _ => <__StatusHead as ::schemars::JsonSchema>::json_schema(generator),
            }
        }
    }
    #[automatically_derived]
    impl __p::Shape for Status {
        const PATH: &'static str = ::core::concat!(
            ::core::module_path!(), "::", "Status"
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
                new: &["requires_action"],
                law: __p::Law::Defaulted,
                note: ::core::option::Option::None,
                is_flat: false,
                wipes: false,
            },
            __p::TypeChange {
                of: <Self as __p::Shape>::DECLARED,
                date: __p::Date::known(20250930),
                verb: __p::ChangeVerb::Added,
                old: &[],
                new: &["partial"],
                law: __p::Law::Defaulted,
                note: ::core::option::Option::None,
                is_flat: false,
                wipes: false,
            },
            __p::TypeChange {
                of: <Self as __p::Shape>::DECLARED,
                date: __p::Date::known(20241218),
                verb: __p::ChangeVerb::Removed,
                old: &["pending"],
                new: &[],
                law: __p::Law::Unclaimed,
                note: ::core::option::Option::None,
                is_flat: false,
                wipes: false,
            },
            __p::TypeChange {
                of: <Self as __p::Shape>::DECLARED,
                date: __p::Date::known(20241218),
                verb: __p::ChangeVerb::Renamed,
                old: &["cancelled_by_user"],
                new: &["canceled"],
                law: __p::Law::Lossless,
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
            layout: __p::Layout::Variants,
        };
        type At<__D: __p::Depth> = __p::Of<Self, __D>;
    }
    #[automatically_derived]
    impl<__D: __p::Depth> __p::Holds<__D> for Status {
        const HELD: &'static [__p::Held] = &[
            __p::held::<String, __D>("canceled", "/canceled/reason"),
            __p::held::<Partial, __D>("partial", "/partial"),
        ];
        const TELLS: __p::Told = __p::rows_tell(
            <Self as __p::Holds<__D>>::HELD,
            &[0usize, 1usize],
        );
        const NULL: __p::Null = __p::Null::Never;
        const MIXES: bool = __p::any_mixes(<Self as __p::Holds<__D>>::HELD);
    }
};
