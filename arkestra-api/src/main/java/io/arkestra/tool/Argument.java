package io.arkestra.tool;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a component of a record of {@linkplain TypedTool arguments} means and may be, for the schema that models see. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Argument {
    /** What it is, for models. */
    String value() default "";

    /** The smallest number, the fewest characters of a text, the fewest items of a list. */
    double min() default Double.NEGATIVE_INFINITY;

    /** The largest number, the most characters of a text, the most items of a list. */
    double max() default Double.POSITIVE_INFINITY;

    /** A regular expression that a text has to match. */
    String pattern() default "";

    /** What sort of {@link io.arkestra.tool.Target} it names, for example {@code recipient}; empty for none. */
    String target() default "";
}
