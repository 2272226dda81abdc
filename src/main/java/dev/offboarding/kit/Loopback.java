package dev.offboarding.kit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Which host is this machine itself. Judged by how it is written, so that no name server is involved. */
public final class Loopback {

    private static final Pattern IPV4 = Pattern.compile("127(\\.[0-9]{1,3}){3}");

    private Loopback() {}

    /** @param host a name or an address; one of IPv6 with or without brackets */
    public static boolean is(String host) {
        if (host.startsWith("[") || host.contains(":")) {
            try {
                return InetAddress.getByName(host).isLoopbackAddress();
            } catch (UnknownHostException e) {
                return false;
            }
        }
        return host.equalsIgnoreCase("localhost") || IPV4.matcher(host).matches();
    }
}
