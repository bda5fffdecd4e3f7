using Gatehouse.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Mail;

/// <summary>
/// Does the work for mails after the answers of the requests that want them: looking the account up, sealing the code and sending.
/// So neither an answer nor its time tells whether there is a mail. An instance that stops finishes the work first; a mail that is lost
/// can be asked for again.
/// </summary>
internal sealed class MailOutbox(TimeProvider time, ILogger<MailOutbox> logger) : IHostedService, IDisposable
{
    /// <summary>How long work waits, so that its load doesn't fall into its own request.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private const int MaxWaiting = 1000;
    private const int AtOnce = 8;

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turns = new(AtOnce, AtOnce);
    private readonly CancellationTokenSource _hurry = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _running = [];

    /// <summary>Begins work and returns. Work beyond the bound is dropped with a warning: the answer must not tell.</summary>
    public void Post(Func<CancellationToken, Task> work)
    {
        lock (_lock)
        {
            if (_running.Count >= MaxWaiting)
            {
                logger.MailDropped(MaxWaiting);
                return;
            }

            // The clock of the delay begins here, before the answer.
            var running = RunAsync(Task.Delay(Delay, time, _hurry.Token), work);
            _running.Add(running);
            _ = running.ContinueWith(Remove, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Finishes all work, without the delay.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _hurry.CancelAsync();
        Task[] running;
        lock (_lock)
        {
            running = [.. _running];
        }

        await Task.WhenAll(running).WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _hurry.Dispose();
        _turns.Dispose();
    }

    private void Remove(Task finished)
    {
        lock (_lock)
        {
            _running.Remove(finished);
        }
    }

    private async Task RunAsync(Task delay, Func<CancellationToken, Task> work)
    {
        await delay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await _turns.WaitAsync();
        try
        {
            using var limit = new CancellationTokenSource(TimeLimit, time);
            StorageBudget.Begin(time);
            await work(limit.Token);
        }
        catch (Exception exception)
        {
            // Nobody waits for this, and nothing else may end with it.
            logger.MailNotSent(exception);
        }
        finally
        {
            _turns.Release();
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(EventId = 1600, Level = LogLevel.Error, Message = "A mail was not sent. Check the settings of section Mail, and the SMTP server.")]
    public static partial void MailNotSent(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1601, Level = LogLevel.Warning, Message = "A mail was dropped, because {Waiting} wait. Check whether the SMTP server is slow, or requests for mails flood this app.")]
    public static partial void MailDropped(this ILogger logger, int waiting);
}
