package io.arkestra.policy.rules.internal;

/** How to look at an action whose values are not all known. Of one that is fully known all views are the same. */
public enum View {
    /** The mildest verdict that it may come to. */
    MILDEST,
    /** The strictest verdict that it may come to. */
    STRICTEST
}
