package dev.offboarding.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The program, which then makes its first call over HTTP, as a schedule does that sends a notice. */
public final class FirstCall {

    private FirstCall() {}

    public static void main(String... arguments) throws InterruptedException {
        CommandLineProgram.execute("--version");
        try {
            HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(arguments[0])).build(),
                            HttpResponse.BodyHandlers.discarding());
        } catch (IOException e) {
            System.out.println("no answer");
        }
    }
}
