package io.arkestra.llm.llamacpp.models;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is put before somebody who decides whether a model is fetched. Immutable.
 *
 * @param id of the model
 * @param from the address, without what may be secret in it
 * @param size in bytes; empty when only the server knows
 * @param license its name; empty when the catalogue does not say
 * @param licenseUrl where it can be read
 * @param checksumKnown whether the content can be checked against a SHA-256 that is known beforehand
 * @param target where the file will lie
 * @param freeSpace bytes free there
 */
public record ModelOffer(
        String id,
        String from,
        OptionalLong size,
        Optional<String> license,
        Optional<String> licenseUrl,
        boolean checksumKnown,
        Path target,
        long freeSpace) {}
