package anky.interop;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import java.util.ArrayList;
import java.util.List;

/** Reading requests, writing answers. */
final class Json {
    private Json() {
    }

    static List<String> strings(JsonObject request, String key) {
        List<String> found = new ArrayList<>();
        if (request.has(key)) {
            for (JsonElement element : request.getAsJsonArray(key)) {
                found.add(element.getAsString());
            }
        }
        return found;
    }

    static String string(JsonObject request, String key, String otherwise) {
        return request.has(key) ? request.get(key).getAsString() : otherwise;
    }

    static String name(Enum<?> value) {
        return value == null ? null : value.name();
    }
}
