using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.Bench;

/// <summary>
/// Azurite's tables and blobs, as the tests install it, with everything in memory. What it logs, a line for each request, tells how
/// many requests something took.
/// </summary>
internal sealed class AzuriteServer : IDisposable
{
    public const string ConnectionString =
        "DefaultEndpointsProtocol=http;AccountName=bench;AccountKey=YmVuY2htYXJr;TableEndpoint=http://127.0.0.1:7183/bench;BlobEndpoint=http://127.0.0.1:7184/bench;";

    private static readonly TimeSpan LogDelay = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;
    private readonly TaskCompletionSource _started = new();
    private readonly TaskCompletionSource _filled = new();
    private int _requests;

    private AzuriteServer(Process process, int port)
    {
        _process = process;
        Connection = ConnectionString.Replace("7183", $"{port}", StringComparison.Ordinal).Replace("7184", $"{port + 1}", StringComparison.Ordinal);
    }

    /// <summary>The connection string of this one.</summary>
    public string Connection { get; }

    public static async Task<AzuriteServer> StartAsync(int port = 7183)
    {
        var packages = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "tests", "Node"));
        if (!Directory.Exists(Path.Combine(packages, "node_modules", "azurite")))
        {
            throw new InvalidOperationException("Azurite is not installed: run 'npm ci --ignore-scripts' in tests/Node.");
        }

        var start = new ProcessStartInfo("node", ["--max-old-space-size=16000", Path.Combine(AppContext.BaseDirectory, "azurite.mjs"), packages, $"{port}", $"{port + 1}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AZURITE_ACCOUNTS"] = "bench:YmVuY2htYXJr";
        var azurite = new AzuriteServer(Process.Start(start)!, port);
        azurite._process.OutputDataReceived += (_, line) => azurite.Read(line.Data);
        azurite._process.ErrorDataReceived += static (_, _) => { };
        azurite._process.BeginOutputReadLine();
        azurite._process.BeginErrorReadLine();
        await azurite._started.Task;
        return azurite;
    }

    /// <summary>Runs something, and tells how long it took and how many requests it made. Requests to the blobs of the revocation feed are not counted: it is read every 5 s, whatever is asked.</summary>
    public async Task<(double Milliseconds, int Requests)> MeasureAsync(Func<Task> run)
    {
        await Task.Delay(LogDelay);
        var before = Volatile.Read(ref _requests);
        var start = Stopwatch.GetTimestamp();
        await run();
        var elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        await Task.Delay(LogDelay);
        return (elapsed, Volatile.Read(ref _requests) - before);
    }

    /// <summary>Adds copies of what is there: so many products and users, and ten sessions for each user.</summary>
    public async Task FillAsync(int count)
    {
        await _process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"fill {count}"));
        await _process.StandardInput.FlushAsync();
        await _filled.Task;
    }

    /// <summary>Adds copies of the user and of the session that are there, as different users.</summary>
    public async Task AddPeopleAsync(int count)
    {
        await _process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"people {count}"));
        await _process.StandardInput.FlushAsync();
        await _filled.Task;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (line.Contains("successfully started", StringComparison.Ordinal))
        {
            _started.TrySetResult();
        }
        else if (line == "filled")
        {
            _filled.TrySetResult();
        }
        else if (line.Contains(" HTTP/1.1\" ", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _requests);
        }
    }
}
