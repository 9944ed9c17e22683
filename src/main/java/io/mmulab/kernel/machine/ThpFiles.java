package io.mmulab.kernel.machine;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.thp.ThpMode;
import io.mmulab.kernel.thp.ThpSettings;

/** The files of {@code /sys/kernel/mm/transparent_hugepage} that may be written. */
public final class ThpFiles {
    private static final Pattern SIZE = Pattern.compile("hugepages-([0-9]{1,6})kB/(enabled|shmem_enabled)");
    private static final Map<String, ThpMode> ENABLED =
            Map.of("always", ThpMode.ALWAYS, "madvise", ThpMode.ADVISE, "never", ThpMode.NEVER);
    private static final Map<String, ThpMode> SHMEM_ENABLED = Map.of("always", ThpMode.ALWAYS, "within_size",
            ThpMode.WITHIN_SIZE, "advise", ThpMode.ADVISE, "never", ThpMode.NEVER, "deny", ThpMode.DENY, "force",
            ThpMode.FORCE);
    private static final Map<String, ThpMode> SIZE_ENABLED = Map.of("always", ThpMode.ALWAYS, "inherit",
            ThpMode.INHERIT, "madvise", ThpMode.ADVISE, "never", ThpMode.NEVER);

    private final ThpSettings settings;
    private final long kilobytes;

    ThpFiles(ThpSettings settings, long pageSize) {
        this.settings = settings;
        this.kilobytes = pageSize >> 10;
    }

    /**
     * Writes a file.
     *
     * @param file name below the directory
     * @return 0, -ENOENT if this kernel has no such file, -EINVAL for a value that it does not know
     */
    long write(String file, String value) {
        if (!settings.isSupported()) {
            return Errno.ENOENT.returned();
        }
        return switch (file) {
            case "enabled" -> {
                ThpMode mode = ENABLED.get(value);
                if (mode != null) {
                    settings.enable(mode);
                }
                yield result(mode != null);
            }
            case "shmem_enabled" -> {
                ThpMode mode = SHMEM_ENABLED.get(value);
                if (mode != null) {
                    settings.enableShmem(mode);
                }
                yield result(mode != null);
            }
            default -> writeSize(file, value);
        };
    }

    private long writeSize(String file, String value) {
        Matcher matcher = SIZE.matcher(file);
        ThpMode mode = SIZE_ENABLED.get(value.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Errno.ENOENT.returned();
        }
        int pages = (int) (Integer.parseInt(matcher.group(1)) / kilobytes);
        int order = Integer.bitCount(pages) == 1 ? Integer.numberOfTrailingZeros(pages) : -1;
        boolean anon = matcher.group(2).equals("enabled");
        ThpMode set = mode == null ? ThpMode.NEVER : mode;
        if (!(anon ? settings.enableAnon(order, set) : settings.enableShmem(order, set))) {
            return Errno.ENOENT.returned();
        }
        return result(mode != null);
    }

    private static long result(boolean known) {
        return known ? 0 : Errno.EINVAL.returned();
    }
}
