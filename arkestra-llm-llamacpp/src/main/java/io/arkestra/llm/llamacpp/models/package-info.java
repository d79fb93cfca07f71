/** Model files on this machine: a catalogue, downloads that ask first and are checked, verification. */
@NullMarked
package io.arkestra.llm.llamacpp.models;

import org.jspecify.annotations.NullMarked;
