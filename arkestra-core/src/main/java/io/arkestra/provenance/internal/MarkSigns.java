package io.arkestra.provenance.internal;

import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * What calls and persons said about one file, the newest last: that it holds words of untrusted sources, or that it holds none. The last
 * of it holds. A call that is taken back is struck out wherever it stands. Immutable.
 *
 * @param before what held before the first of the list
 */
record MarkSigns(boolean before, List<Sign> signs) {
    static final MarkSigns NONE = new MarkSigns(false, List.of());

    /** Of those before them only what came of it is kept. */
    private static final int MOST = 64;

    /** @param call by which; empty for a person who vouches, and for what is never taken back */
    record Sign(String call, boolean live) {
        private boolean isVouch() {
            return call.isEmpty() && !live;
        }

        private static Sign parse(String text) {
            return new Sign(text.substring(1), text.startsWith("+"));
        }

        @Override
        public String toString() {
            return (live ? "+" : "-") + call;
        }
    }

    MarkSigns {
        signs = List.copyOf(signs);
    }

    static MarkSigns of(Json mark) {
        List<Sign> signs =
                mark.list("signs").stream().map(Json::asString).map(Sign::parse).toList();
        boolean live = mark.bool("live").orElse(true);
        return new MarkSigns(mark.bool("before").orElse(signs.isEmpty() && live), signs);
    }

    Json in(Json mark) {
        return mark.with("live", Json.of(isLive()))
                .with("before", Json.of(before))
                .with("signs", Json.strings(signs.stream().map(Sign::toString).toList()));
    }

    boolean isLive() {
        return signs.isEmpty() ? before : signs.get(signs.size() - 1).live();
    }

    /** Says it again only when something else was said in between. */
    MarkSigns with(String call, boolean live) {
        Sign sign = new Sign(call, live);
        for (int i = signs.size() - 1; i >= 0 && signs.get(i).live() == live; i--) {
            if (signs.get(i).equals(sign)) {
                return this;
            }
        }
        List<Sign> all = new ArrayList<>(signs);
        all.add(sign);
        int dropped = Math.max(0, all.size() - MOST);
        return new MarkSigns(dropped == 0 ? before : all.get(dropped - 1).live(), all.subList(dropped, all.size()));
    }

    /**
     * As if a call had not been made. Who vouched after it did not see what is there then.
     *
     * @param all otherwise only that it took words away is struck out
     */
    MarkSigns without(String call, boolean all) {
        List<Sign> left = new ArrayList<>();
        boolean found = false;
        for (Sign sign : signs) {
            boolean struck = sign.call().equals(call) && (all || !sign.live());
            found |= struck;
            if (!struck && !(found && sign.isVouch())) {
                left.add(sign);
            }
        }
        return new MarkSigns(before, left);
    }
}
