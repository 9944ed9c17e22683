package io.mmulab.bench;

import java.util.Arrays;

import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs what JMH's own command line asks for, writes the figures to a file too, and is content where there is nothing. */
final class RunBenchmarks {

    private RunBenchmarks() {}

    /** Arguments: the file for the results, then those of JMH. */
    public static void main(String[] args) throws CommandLineOptionException, RunnerException {
        if (RunBenchmarks.class.getResource(BenchmarkList.BENCHMARK_LIST) == null) {
            System.out.println("There are no benchmarks yet.");
            return;
        }
        var jmhArguments = Arrays.copyOfRange(args, 1, args.length);
        var options = new OptionsBuilder().parent(new CommandLineOptions(jmhArguments))
                .resultFormat(ResultFormatType.JSON).result(args[0]).shouldFailOnError(true).build();
        new Runner(options).run();
        System.out.println("Results: " + args[0]);
    }
}
