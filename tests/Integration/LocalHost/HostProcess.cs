using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>local/Host as a process of its own, as a user starts it.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    // Never waited for when all is well; a process that hangs must not hang the tests.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Listening = "Gatehouse listens on ";
    private const string AnyFreePort = "http://127.0.0.1:0";

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private volatile bool _isOutputEnded;

    private HostProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => ReadOutput(line.Data);
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = new("about:blank");

    /// <summary>What it has written to its standard output, line by line.</summary>
    public IEnumerable<string> Output => _output;

    /// <summary>Starts it on a free port, and waits until it listens.</summary>
    /// <param name="workingFolder">The folder it is started in. Data goes to <c>.local</c> below, unless an option says otherwise.</param>
    /// <param name="args">More of the command line.</param>
    public static async Task<HostProcess> StartAsync(string workingFolder, params string[] args)
    {
        var host = new HostProcess(CreateStart(workingFolder, ["--urls", AnyFreePort, .. args], []));
        var line = await host.WaitForOutputAsync(Listening);
        host.Url = new Uri(line[Listening.Length..].Split(' ')[0]);
        return host;
    }

    /// <summary>Runs it until it ends by itself.</summary>
    public static async Task<HostResult> RunAsync(string workingFolder, string[] args, params (string Name, string Value)[] environment)
    {
        await using var host = new HostProcess(CreateStart(workingFolder, args, environment));
        return await host.WaitForExitAsync();
    }

    /// <summary>Waits for a line of its standard output: what the program wrote before may still be on its way.</summary>
    /// <param name="text">A part of the line.</param>
    public async Task<string> WaitForOutputAsync(string text)
    {
        while (true)
        {
            // Read first: what arrives before the end is in the queue when the end is seen.
            var isEnded = _isOutputEnded;
            if (_output.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            Assert.False(isEnded, $"'{text}' was not written. {string.Join('\n', _output)} {string.Join('\n', _errors)}");
            Assert.True(await _arrivals.WaitAsync(Patience, TestContext.Current.CancellationToken), $"'{text}' was not written in time.");
        }
    }

    /// <summary>Asks it to stop, as Ctrl+C, a container engine or systemd does.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends it at once (SIGKILL): it can't do anything about it.</summary>
    public void Kill() => _process.Kill();

    public async Task<HostResult> WaitForExitAsync()
    {
        // Waits for the ends of both streams too.
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        return new HostResult(_process.ExitCode, string.Join('\n', _output), string.Join('\n', _errors).TrimEnd());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        // Waits for the ends of both streams too, after which no line arrives any more.
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _arrivals.Dispose();
    }

    private static ProcessStartInfo CreateStart(string workingFolder, string[] args, (string Name, string Value)[] environment)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Gatehouse.Local.dll");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. args])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private void ReadOutput(string? line)
    {
        if (line is null)
        {
            _isOutputEnded = true;
        }
        else
        {
            _output.Enqueue(line);
        }

        _arrivals.Release();
    }
}
