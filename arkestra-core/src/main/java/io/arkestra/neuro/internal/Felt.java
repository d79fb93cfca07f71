package io.arkestra.neuro.internal;

import io.arkestra.neuro.NeuroLevels;
import io.arkestra.neuro.NeuroUpdate;
import io.arkestra.neuro.Preset;

/**
 * The mood that a turn is answered in.
 *
 * @param before the levels when the message came
 * @param asked by how much the junior wants to move them
 * @param applied by how much they are moved
 * @param after the levels that the answer is made with
 * @param preset what they make of it
 */
public record Felt(NeuroLevels before, NeuroUpdate asked, NeuroUpdate applied, NeuroLevels after, Preset preset) {}
