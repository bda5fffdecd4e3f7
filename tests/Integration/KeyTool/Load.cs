using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.KeyTool;

/// <summary>
/// Machines that fetch a token and read the samples with it, again and again, until the test ends. The clock is moved between
/// two of their turns only: a token that a test lets end in the middle of one is no failure.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Workers = 3;

    private readonly GatehouseHost _host;
    private readonly SemaphoreSlim _turns = new(Workers, Workers);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;
    private int _requests;

    public Load(GatehouseHost host)
    {
        _host = host;
        _running = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(RunAsync)));
    }

    /// <summary>How many requests were answered with success.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Moves the clock.</summary>
    public async Task AdvanceAsync(TimeSpan span)
    {
        for (var i = 0; i < Workers; i++)
        {
            await _turns.WaitAsync(TestContext.Current.CancellationToken);
        }

        _host.Time.Advance(span);
        _turns.Release(Workers);
    }

    /// <summary>Waits until each worker has had some turns since.</summary>
    public async Task GoOnAsync()
    {
        var goal = Requests + (Workers * 6);
        while (Requests < goal && !_running.IsCompleted)
        {
            await Task.Yield();
        }
    }

    /// <summary>Ends it. Throws when a request failed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _end.Dispose();
        _turns.Dispose();
    }

    /// <summary>A token, fetched now.</summary>
    public async Task<string> FetchTokenAsync()
    {
        using var response = await _host.PostFormAsync(
            "/token", ("grant_type", "client_credentials"), ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));
        response.EnsureSuccessStatusCode();
        return (await Hosting.Tokens.ReadAsync(response)).AccessToken;
    }

    private async Task RunAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            await _turns.WaitAsync(CancellationToken.None);
            try
            {
                var token = await FetchTokenAsync();
                using var listing = await _host.ReadSamplesAsync(token);
                listing.EnsureSuccessStatusCode();
                Interlocked.Add(ref _requests, 2);
            }
            finally
            {
                _turns.Release();
            }
        }
    }
}
