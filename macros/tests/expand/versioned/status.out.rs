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
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Status")]
    #[serde(expecting = "enum Status")]
    #[serde(crate = "::steadfast::__private::serde", remote = "Status")]
    enum __Status {
        Active,
        Canceled { reason: String },
        RequiresAction,
        Partial(Partial),
    }
    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Status")]
    #[serde(expecting = "enum Status")]
    #[serde(crate = "::steadfast::__private::serde")]
    enum __StatusBefore20250930 {
        Active,
        Canceled { reason: String },
    }
    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Status")]
    #[serde(expecting = "enum Status")]
    #[serde(crate = "::steadfast::__private::serde")]
    enum __StatusBefore20241218 {
        Active,
        CancelledByUser { reason: String },
        Pending,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    #[serde(rename = "Status")]
    #[serde(expecting = "enum Status")]
    #[serde(crate = "::steadfast::__private::serde", remote = "Status")]
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
    #[serde(crate = "::steadfast::__private::serde", remote = "Status")]
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
    ) -> ::core::result::Result<
        &'__head Status,
        ::steadfast::__private::serde::de::value::Error,
    > {
        let __older: Status = match __head {
            Status::RequiresAction { .. } => {
                ::steadfast::__private::wire::merged();
                Status::Active
            }
            Status::Partial { .. } => {
                ::steadfast::__private::wire::merged();
                {
                    let older: Status = ::steadfast::__private::downgraded::<
                        Status,
                        _,
                        ::steadfast::__private::serde::de::value::Error,
                    >(
                        {
                            let _converting = ::steadfast::__private::wire::converting();
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
            let __newer = ::steadfast::__private::Newer {
                enumeration: "Status",
                date: "2025-09-30",
                from: __name(__head),
                to: __name(&__older),
            };
            return ::core::result::Result::Err(
                <::steadfast::__private::serde::de::value::Error as ::steadfast::__private::serde::ser::Error>::custom(
                    __newer,
                ),
            );
        }
        if !::core::matches!(__older, Status::Active | Status::RequiresAction) {
            use ::steadfast::__private::NotWritten as _;
            if ::steadfast::__private::Sensitivity(__head).is_there()
                && !::steadfast::__private::Sensitivity(&__older).is_there()
            {
                ::steadfast::__private::inseparable::<
                    ::steadfast::__private::serde::de::value::Error,
                >()?;
            }
        }
        ::core::result::Result::Ok(__held.insert(__older))
    }
    #[automatically_derived]
    impl ::steadfast::__private::serde::Serialize for Status {
        fn serialize<__S: ::steadfast::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            match ::steadfast::__private::wire::shape_of::<Self>(20250930) {
                ..20241218 => {
                    let __shown = self;
                    let mut __held20250930 = ::core::option::Option::None;
                    let __shown = __before20250930(__shown, &mut __held20250930)
                        .map_err(
                            <__S::Error as ::steadfast::__private::serde::ser::Error>::custom,
                        )?;
                    __StatusBefore20241218Down::serialize(__shown, __serializer)
                }
                ..20250930 => {
                    let __shown = self;
                    let mut __held20250930 = ::core::option::Option::None;
                    let __shown = __before20250930(__shown, &mut __held20250930)
                        .map_err(
                            <__S::Error as ::steadfast::__private::serde::ser::Error>::custom,
                        )?;
                    __StatusBefore20250930Down::serialize(__shown, __serializer)
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
                    __Status::serialize(self, __serializer)
                }
            }
        }
    }
    #[automatically_derived]
    impl<'de> ::steadfast::__private::serde::Deserialize<'de> for Status {
        fn deserialize<__D: ::steadfast::__private::serde::Deserializer<'de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            match ::steadfast::__private::wire::shape_of::<Self>(20250930) {
                ..20241218 => {
                    ::core::result::Result::Ok(
                        match <__StatusBefore20241218 as ::steadfast::__private::serde::Deserialize<
                            'de,
                        >>::deserialize(__deserializer)? {
                            __StatusBefore20241218::Active {} => Self::Active {},
                            __StatusBefore20241218::CancelledByUser { reason: __0 } => {
                                Self::Canceled { reason: __0 }
                            }
                            __StatusBefore20241218::Pending {} => {
                                let _converting = ::steadfast::__private::wire::converting();
                                ::steadfast::__private::in_place::<
                                    Self,
                                    _,
                                    _,
                                >(Status::Active)
                            }
                        },
                    )
                }
                ..20250930 => {
                    ::core::result::Result::Ok(
                        match <__StatusBefore20250930 as ::steadfast::__private::serde::Deserialize<
                            'de,
                        >>::deserialize(__deserializer)? {
                            __StatusBefore20250930::Active {} => Self::Active {},
                            __StatusBefore20250930::Canceled { reason: __0 } => {
                                Self::Canceled { reason: __0 }
                            }
                        },
                    )
                }
                _ => __Status::deserialize(__deserializer),
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
    impl ::schemars::JsonSchema for Status {
        fn schema_name() -> ::std::borrow::Cow<'static, str> {
            ::steadfast::__private::shape_name(
                <__Status as ::schemars::JsonSchema>::schema_name(),
                __shape(),
            )
        }
        fn schema_id() -> ::std::borrow::Cow<'static, str> {
            ::steadfast::__private::shape_name(
                <__Status as ::schemars::JsonSchema>::schema_id(),
                __shape(),
            )
        }
        fn json_schema(
            generator: &mut ::schemars::SchemaGenerator,
        ) -> ::schemars::Schema {
            match ::steadfast::__private::wire::at() {
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
                _ => <__Status as ::schemars::JsonSchema>::json_schema(generator),
            }
        }
    }
    #[automatically_derived]
    impl ::steadfast::__private::Shape for Status {
        const PATH: &'static str = ::core::concat!(
            ::core::module_path!(), "::", "Status"
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
                new: &["requires_action"],
                law: ::steadfast::__private::Law::Defaulted,
                note: ::core::option::Option::None,
                is_flat: false,
                wipes: false,
            },
            ::steadfast::__private::TypeChange {
                date: ::steadfast::__private::Date::known(20250930),
                verb: ::steadfast::__private::ChangeVerb::Added,
                old: &[],
                new: &["partial"],
                law: ::steadfast::__private::Law::Defaulted,
                note: ::core::option::Option::None,
                is_flat: false,
                wipes: false,
            },
            ::steadfast::__private::TypeChange {
                date: ::steadfast::__private::Date::known(20241218),
                verb: ::steadfast::__private::ChangeVerb::Removed,
                old: &["pending"],
                new: &[],
                law: ::steadfast::__private::Law::Unclaimed,
                note: ::core::option::Option::None,
                is_flat: false,
                wipes: false,
            },
            ::steadfast::__private::TypeChange {
                date: ::steadfast::__private::Date::known(20241218),
                verb: ::steadfast::__private::ChangeVerb::Renamed,
                old: &["cancelled_by_user"],
                new: &["canceled"],
                law: ::steadfast::__private::Law::Lossless,
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
            layout: ::steadfast::__private::Layout::Variants,
        };
        type At<__D: ::steadfast::__private::Depth> = ::steadfast::__private::Of<
            Self,
            __D,
        >;
    }
    #[automatically_derived]
    impl<__D: ::steadfast::__private::Depth> ::steadfast::__private::Holds<__D>
    for Status {
        const HELD: &'static [::steadfast::__private::Held] = &[
            ::steadfast::__private::held::<String, __D>("canceled", "/canceled/reason"),
            ::steadfast::__private::held::<Partial, __D>("partial", "/partial"),
        ];
        const TELLS: ::steadfast::__private::Told = ::steadfast::__private::rows_tell(
            <Self as ::steadfast::__private::Holds<__D>>::HELD,
            &[0usize, 1usize],
        );
        const NULL: ::steadfast::__private::Null = ::steadfast::__private::Null::Never;
        const MIXES: bool = ::steadfast::__private::any_mixes(
            <Self as ::steadfast::__private::Holds<__D>>::HELD,
        );
    }
};
