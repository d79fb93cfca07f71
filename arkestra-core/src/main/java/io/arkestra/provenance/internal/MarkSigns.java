package io.arkestra.provenance.internal;

import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What calls and persons said about one file, the newest last: that it holds words of untrusted sources, or that it holds none. The last
 * of it holds. A call that is taken back is struck out wherever it stands. Immutable.
 *
 * @param before what held before the first of the list
 * @param reviving calls that are being taken back: what they took away may be there again, and nothing is struck out yet
 */
record MarkSigns(boolean before, List<Sign> signs, Set<String> reviving) {
    static final MarkSigns NONE = new MarkSigns(false, List.of(), Set.of());

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
        reviving = Set.copyOf(reviving);
    }

    static MarkSigns of(Json mark) {
        List<Sign> signs =
                mark.list("signs").stream().map(Json::asString).map(Sign::parse).toList();
        boolean live = mark.bool("live").orElse(true);
        Set<String> reviving =
                mark.list("reviving").stream().map(Json::asString).collect(Collectors.toSet());
        return new MarkSigns(mark.bool("before").orElse(signs.isEmpty() && live), signs, reviving);
    }

    Json in(Json mark) {
        Json said = mark.with("live", Json.of(isLive()))
                .with("before", Json.of(before))
                .with("signs", Json.strings(signs.stream().map(Sign::toString).toList()));
        return reviving.isEmpty()
                ? said.without("reviving")
                : said.with("reviving", Json.strings(reviving.stream().sorted().toList()));
    }

    /** Whether it may hold such words. */
    boolean isLive() {
        List<Sign> left = struck(reviving, false);
        return left.isEmpty() ? before : left.get(left.size() - 1).live();
    }

    /** Says it again only when something else was said in between. Who vouches has seen what calls brought back that are being taken back. */
    MarkSigns with(String call, boolean live) {
        Sign sign = new Sign(call, live);
        return sign.isVouch() ? new MarkSigns(before, signs, Set.of()).with(sign) : with(sign);
    }

    private MarkSigns with(Sign sign) {
        boolean live = sign.live();
        for (int i = signs.size() - 1; i >= 0 && signs.get(i).live() == live; i--) {
            if (signs.get(i).equals(sign)) {
                return this;
            }
        }
        List<Sign> all = new ArrayList<>(signs);
        all.add(sign);
        int dropped = Math.max(0, all.size() - MOST);
        return new MarkSigns(
                dropped == 0 ? before : all.get(dropped - 1).live(), all.subList(dropped, all.size()), reviving);
    }

    /** A call is being taken back. Of more than are kept it is struck out at once that they took words away. */
    MarkSigns reviving(String call) {
        if (!reviving.contains(call) && reviving.size() >= MOST) {
            return new MarkSigns(before, struck(Set.of(call), false), reviving);
        }
        Set<String> all = new HashSet<>(reviving);
        all.add(call);
        return new MarkSigns(before, signs, all);
    }

    /** A call was not taken back: all is as if nobody had tried. */
    MarkSigns stayed(String call) {
        Set<String> left = new HashSet<>(reviving);
        left.remove(call);
        return new MarkSigns(before, signs, left);
    }

    /** As if a call had not been made. Who vouched after it did not see what is there then. */
    MarkSigns without(String call) {
        return new MarkSigns(before, struck(Set.of(call), true), stayed(call).reviving());
    }

    /** @param all otherwise only that they took words away is struck out, and who vouched after them */
    private List<Sign> struck(Set<String> calls, boolean all) {
        List<Sign> left = new ArrayList<>();
        boolean found = false;
        for (Sign sign : signs) {
            boolean ofThem = calls.contains(sign.call());
            found |= ofThem;
            boolean struck = ofThem && (all || !sign.live());
            if (!struck && !(found && sign.isVouch())) {
                left.add(sign);
            }
        }
        return left;
    }
}
