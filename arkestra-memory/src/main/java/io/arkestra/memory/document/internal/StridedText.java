package io.arkestra.memory.document.internal;

import java.text.CharacterIterator;
import java.text.StringCharacterIterator;

/**
 * The characters of a text for somebody who does not ask whether it is still wanted: there may be no end of a sentence in all of it.
 * Confined to one thread.
 */
final class StridedText implements CharacterIterator {
    private final CharacterIterator text;
    private final Stride stride;

    StridedText(String text, Stride stride) {
        this(new StringCharacterIterator(text), stride);
    }

    private StridedText(CharacterIterator text, Stride stride) {
        this.text = text;
        this.stride = stride;
    }

    @Override
    public char next() {
        stride.passed(1);
        return text.next();
    }

    @Override
    public char previous() {
        stride.passed(1);
        return text.previous();
    }

    @Override
    public char first() {
        return text.first();
    }

    @Override
    public char last() {
        return text.last();
    }

    @Override
    public char current() {
        return text.current();
    }

    @Override
    public char setIndex(int position) {
        // How a break iterator goes on by one.
        stride.passed(1);
        return text.setIndex(position);
    }

    @Override
    public int getBeginIndex() {
        return text.getBeginIndex();
    }

    @Override
    public int getEndIndex() {
        return text.getEndIndex();
    }

    @Override
    public int getIndex() {
        return text.getIndex();
    }

    @Override
    public Object clone() {
        return new StridedText((CharacterIterator) text.clone(), stride);
    }
}
