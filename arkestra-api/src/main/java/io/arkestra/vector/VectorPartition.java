package io.arkestra.vector;

import io.arkestra.common.InvalidInputException;
import io.arkestra.store.Owner;

/**
 * What an index holds: vectors of one owner, one collection and one model. Nothing is ever searched across partitions. Use the factory:
 * components that later releases add get their default there.
 *
 * @param owner to whom the vectors belong
 * @param collection lower-case letters, digits and {@code _}
 * @param model id of the model, see {@link io.arkestra.embedding.EmbedderInfo#id()}
 * @param dimension of the vectors, 1 to 8192
 */
public record VectorPartition(Owner owner, String collection, String model, int dimension) {
    public VectorPartition {
        if (dimension < 1 || dimension > 8192) {
            throw new InvalidInputException("Vector dimension is " + dimension + "; expected 1 to 8192");
        }
        if (model.isBlank() || collection.isBlank()) {
            throw new InvalidInputException("A vector partition needs a collection and a model");
        }
    }

    public static VectorPartition of(Owner owner, String collection, String model, int dimension) {
        return new VectorPartition(owner, collection, model, dimension);
    }
}
