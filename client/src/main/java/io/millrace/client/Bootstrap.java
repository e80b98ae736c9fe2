package io.millrace.client;

import java.util.ArrayList;
import java.util.List;

/** Reads a list of addresses such as {@code a:7171,b:7171,[::1]:7171}. */
final class Bootstrap {
    private Bootstrap() {}

    /** At least one; {@link IllegalArgumentException} names the part that is not an address. */
    static List<String> parse(String list) {
        List<String> endpoints = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            endpoints.add(checked(part.trim(), list));
        }
        return List.copyOf(endpoints);
    }

    private static String checked(String endpoint, String list) {
        int colon = endpoint.lastIndexOf(':');
        boolean isBareIpv6 = !endpoint.startsWith("[") && endpoint.indexOf(':') != colon;
        if (colon <= 0 || isBareIpv6 || !isPort(endpoint.substring(colon + 1))) {
            throw new IllegalArgumentException("'" + endpoint + "' in '" + list + "' is not HOST:PORT");
        }
        return endpoint;
    }

    private static boolean isPort(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        int port = Integer.parseInt(text);
        return port >= 1 && port <= 65_535;
    }
}
