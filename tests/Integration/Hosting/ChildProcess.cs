using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>A program that runs beside the tests, what it writes, and its end.</summary>
internal class ChildProcess : IAsyncDisposable
{
    // Never waited for when all is well; a process that hangs must not hang the tests.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private volatile bool _isOutputEnded;

    protected ChildProcess(ProcessStartInfo start)
    {
        // As tests/Directory.Build.props has it for the tests themselves.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => ReadOutput(line.Data);
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>What it has written to its standard output, line by line.</summary>
    public IEnumerable<string> Output => _output;

    /// <summary>What it has written to its standard error.</summary>
    public string Errors => string.Join('\n', _errors).TrimEnd();

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

            Assert.False(isEnded, $"'{text}' was not written. {string.Join('\n', _output)} {Errors}");
            Assert.True(await _arrivals.WaitAsync(Patience, CancellationToken.None), $"'{text}' was not written in time. {string.Join('\n', _output)} {Errors}");
        }
    }

    /// <summary>Sends a line to its standard input.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Asks it to stop, as Ctrl+C, a container engine or systemd does.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Ends it at once (SIGKILL): it can't do anything about it.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <summary>Waits for its end, and for the ends of both streams.</summary>
    public async Task<ProcessResult> WaitForExitAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience);
        return new ProcessResult(_process.ExitCode, string.Join('\n', _output), Errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        // Waits for the ends of both streams too, after which no line arrives any more.
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _arrivals.Dispose();
        GC.SuppressFinalize(this);
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
