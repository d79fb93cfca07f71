package io.arkestra.embedding.onnx.internal;

/**
 * A text in the tokens of a model, without special ones. Not copied: whoever made it does not change it.
 *
 * @param ids of the tokens
 * @param starts offset of the first UTF-16 code unit of each in the text
 * @param ends offset after its last one
 */
record Pieces(int[] ids, int[] starts, int[] ends) {
    int count() {
        return ids.length;
    }
}
