package io.arkestra.store.h2.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.WellFormed;
import io.arkestra.store.DocQuery;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a page ended: the values of the order's columns in its last document, and a digest of the query they belong to. */
final class Cursor {
    private Cursor() {}

    static String encode(String shape, List<@Nullable Object> last) {
        List<Json> items = new ArrayList<>();
        items.add(Json.of(shape));
        last.forEach(value -> items.add(Json.fromJava(value)));
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Json.array(items).toString().getBytes(StandardCharsets.UTF_8));
    }

    static List<@Nullable Object> decode(String shape, List<QuerySql.Order> order, String cursor) {
        try {
            Json items = Json.parse(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
            if (items.size() != order.size() + 1 || !items.at(0).asString().equals(shape)) {
                throw new StoreException(
                        "cursor",
                        "The page cursor belongs to another query: owner, collection, filter and order must be those of the"
                                + " query that gave it");
            }
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < order.size(); i++) {
                values.add(value(order.get(i).column(), items.at(i + 1)));
            }
            return values;
        } catch (IllegalArgumentException | InvalidInputException e) {
            throw new StoreException(
                    "cursor", "The page cursor is damaged; expected the text of DocPage.next()", false, e);
        }
    }

    private static @Nullable Object value(FieldColumn column, Json json) {
        if (json.isNull()) {
            return null;
        }
        return switch (column.type()) {
            case STRING -> json.asString();
            case LONG, INSTANT -> json.asLong();
            case DOUBLE -> json.asDouble();
            case BOOLEAN -> json.asBoolean();
        };
    }

    /** Identifies what must be the same from page to page; the limit may change. */
    static String shape(String collection, Owner owner, DocQuery query) {
        String text = collection + "\n" + owner.key() + "\n" + query.filter() + "\n" + query.sorts();
        return Json.of(WellFormed.text(text)).digest().substring(0, 16);
    }
}
