using System.Diagnostics;

namespace Gatehouse.Bench;

/// <summary>A server under test, as a process of its own.</summary>
internal sealed class Server : IDisposable
{
    private readonly Process _process;

    private Server(string name, Uri url, Process process)
    {
        Name = name;
        Url = url;
        _process = process;
    }

    public string Name { get; }

    public Uri Url { get; }

    /// <summary>From the start of the process to its first 200.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>What it holds in memory right now, in MiB.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / (1024.0 * 1024.0);
        }
    }

    /// <summary>How much of a processor it has taken so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it and waits for its first answer.</summary>
    public static Task<Server> StartAsync(string name, Uri url, string program, params string[] arguments) =>
        StartAsync(name, url, new ProcessStartInfo("dotnet", [program, .. arguments]));

    /// <summary>Starts a program of another platform and waits for its first answer.</summary>
    public static async Task<Server> StartAsync(string name, Uri url, ProcessStartInfo program)
    {
        program.RedirectStandardOutput = true;
        var start = Stopwatch.StartNew();
        var process = Process.Start(program)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var server = new Server(name, url, process);
        using var client = new HttpClient { BaseAddress = url };
        while (!await AnswersAsync(client))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"{name} ended with {process.ExitCode}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }

        server.StartTime = start.Elapsed;
        return server;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            using var response = await client.GetAsync(new Uri("/health", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
