package io.arkestra.tool;

/** What became of an effect that was prepared, when nobody saw the end of the call. */
public enum EffectState {
    /** It did not happen: everything is as it was when it was prepared. */
    ABSENT,
    /** It happened, wholly. */
    PRESENT,
    /** Something else changed meanwhile, it happened in part, or nobody can tell. */
    UNKNOWN
}
