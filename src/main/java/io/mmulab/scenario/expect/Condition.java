package io.mmulab.scenario.expect;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.scenario.ScriptException;

/**
 * Which settings a line is about: {@code [6.1 6.12 arm64 !kvm]}. Words of a kind are alternatives, all kinds that occur must
 * fit, and none of the words with {@code !} may. A word is a version, an architecture or its family, a design, or a device
 * with or without its options; one that no preset has says its kind, as {@code design=mine}.
 *
 * @param words as given
 */
public record Condition(List<Word> words) {
    /** Fits everything. */
    public static final Condition ALWAYS = new Condition(List.of());

    /** What a word is about. */
    enum Kind {
        VERSION, ARCHITECTURE, DESIGN, DEVICE
    }

    /** One word. */
    record Word(Kind kind, String name, boolean negated) {
        boolean fits(Setting setting) {
            return switch (kind) {
                case VERSION -> setting.version().equals(name);
                case ARCHITECTURE -> setting.architecture().equals(name)
                        || setting.architecture().startsWith(name + "-");
                case DESIGN -> setting.design().equals(name);
                case DEVICE -> setting.device().equals(name) || setting.device().startsWith(name + ":");
            };
        }
    }

    /** The words are copied. */
    public Condition {
        words = List.copyOf(words);
    }

    /**
     * Reads the words between the brackets.
     *
     * @throws ScriptException naming the line, if a word is of no kind
     */
    static Condition parse(int line, String text) {
        List<Word> words = new ArrayList<>();
        for (String word : text.strip().split("\\s+", -1)) {
            if (!word.isEmpty()) {
                words.add(word(line, word));
            }
        }
        return new Condition(words);
    }

    private static Word word(int line, String word) {
        boolean negated = word.startsWith("!");
        String plain = negated ? word.substring(1) : word;
        for (Kind kind : Kind.values()) {
            String prefix = kind.name().toLowerCase(java.util.Locale.ROOT) + "=";
            if (plain.startsWith(prefix)) {
                return new Word(kind, plain.substring(prefix.length()), negated);
            }
        }
        return new Word(kind(line, plain), plain, negated);
    }

    private static Kind kind(int line, String name) {
        if (!name.isEmpty() && Character.isDigit(name.charAt(0))) {
            return Kind.VERSION;
        }
        if (Architecture.PRESETS.stream()
                .anyMatch(each -> each.name().equals(name) || each.name().startsWith(name + "-"))) {
            return Kind.ARCHITECTURE;
        }
        if (KernelDesign.PRESETS.stream().anyMatch(each -> each.name().equals(name))) {
            return Kind.DESIGN;
        }
        String model = name.contains(":") ? name.substring(0, name.indexOf(':')) : name;
        if (DeviceModels.list().stream().anyMatch(each -> each.name().equals(model))) {
            return Kind.DEVICE;
        }
        throw new ScriptException(line,
                "\"" + name + "\" is no version, architecture, design or device; one that is no "
                        + "preset says its kind, as design=" + name);
    }

    /** Whether it is about a setting. */
    public boolean holds(Setting setting) {
        Map<Kind, Boolean> fits = new EnumMap<>(Kind.class);
        for (Word word : words) {
            boolean one = word.fits(setting);
            if (word.negated() && one) {
                return false;
            }
            if (!word.negated()) {
                fits.merge(word.kind(), one, Boolean::logicalOr);
            }
        }
        return !fits.containsValue(false);
    }
}
