using System.Net;
using Azure;
using Azure.Identity;

namespace Gatehouse.Storage;

/// <summary>Calls to one table or container of an Azure storage account: their time limit, and what their failures mean.</summary>
/// <param name="service">The service, for messages.</param>
/// <param name="place">The table or the container, for messages.</param>
/// <param name="role">The role that the app's identity needs.</param>
/// <param name="time">The clock of the time limit.</param>
internal sealed class StorageCall(string service, string place, string role, TimeProvider time)
{
    /// <summary>The time limit of one operation, with its retries; the rest of the <see cref="StorageBudget"/> if that is less.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(8);

    /// <summary>Performs an operation within the time limit.</summary>
    /// <param name="operation">A verb, for messages.</param>
    /// <param name="ask">The operation. It handles the failures that it expects.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="StorageUnavailableException">The storage can't be reached, refuses the app, or takes longer.</exception>
    public async Task<T> AskAsync<T>(string operation, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StorageBudget.Limit(TimeLimit, time), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await ask(either.Token);
        }
        catch (RequestFailedException exception) when (Advise(exception.Status) is { } advice)
        {
            throw new StorageUnavailableException($"{service} did not {operation} in {place} (status {exception.Status}, {exception.ErrorCode}). {advice}", exception);
        }
        catch (AuthenticationFailedException exception)
        {
            throw new StorageUnavailableException($"There is no identity for {service}. Give the app a managed identity, or sign in with az login.", exception);
        }
        catch (Exception exception) when (exception is not RequestFailedException && !cancellationToken.IsCancellationRequested)
        {
            // The time limit, an AggregateException of all tries, or any exception that a malformed answer causes.
            throw new StorageUnavailableException($"{service} did not {operation} in {place} in time, or can't be reached. Check Storage:AccountName or Storage:ConnectionString, and the network.", exception);
        }
    }

    /// <returns>Null for a fault of this program, which a retry would not fix.</returns>
    private string? Advise(int status) => status switch
    {
        0 => "It can't be reached; check Storage:AccountName or Storage:ConnectionString, and the network.",
        (int)HttpStatusCode.Unauthorized or (int)HttpStatusCode.Forbidden =>
            $"Give the app's identity the role {role}, and let its network through the account's firewall.",
        (int)HttpStatusCode.Conflict => "It is being removed; it can be created again when that is done.",
        (int)HttpStatusCode.RequestTimeout or (int)HttpStatusCode.TooManyRequests or >= 500 => "It is too busy or unavailable; try again later.",
        _ => null,
    };
}
