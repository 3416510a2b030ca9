package anky.interop;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One JSON object a line on stdin, one back on stdout: {"do": "judge" | "sign", …}. Ends with its input. */
public final class Main {
    private Main() {
    }

    public static void main(String[] args) throws Exception {
        Gson gson = new GsonBuilder().disableHtmlEscaping().create();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // libraries that print must not stand between the answers
        System.setOut(System.err);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(gson.toJson(answer(gson.fromJson(line, JsonObject.class))));
        }
    }

    private static Map<String, ?> answer(JsonObject request) {
        try {
            return switch (request.get("do").getAsString()) {
                case "judge" -> Judge.judge(request);
                case "sign" -> Signer.sign(request);
                default -> Map.of("error", "unknown request");
            };
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            Throwable root = e;
            while (root.getCause() != null && root.getCause() != root) {
                root = root.getCause();
            }
            return Map.of("error", e.getClass().getSimpleName() + ": " + e.getMessage()
                    + (root == e ? "" : " (" + root.getMessage() + ")"));
        }
    }
}
