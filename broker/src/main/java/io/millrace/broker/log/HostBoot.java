package io.millrace.broker.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which boot of the host this is: after another one, what was only in the page cache is gone. */
public final class HostBoot {

    private static final Path LINUX_BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private HostBoot() {}

    /** The kernel's id of this boot, empty where it has none. */
    public static String id() {
        try {
            return Files.readString(LINUX_BOOT_ID).strip();
        } catch (IOException notLinux) {
            return "";
        }
    }
}
