using System.Diagnostics;
using Gatehouse.Protection.Http;

namespace Gatehouse.Protection.Telemetry;

/// <summary>Measures the calls to one service that Gatehouse depends on, and creates a span for each.</summary>
/// <param name="dependency">One of <see cref="DependencyNames"/>.</param>
/// <param name="metrics">The metrics that record the durations.</param>
internal sealed class DependencyMeter(string dependency, ProtectionMetrics metrics)
{
    /// <summary>Begins a call.</summary>
    /// <param name="operation">The kind of call, without keys and names of data.</param>
    public DependencyCall Begin(string operation) => new(metrics, dependency, operation);

    /// <summary>Runs a call and derives its outcome from its exceptions.</summary>
    /// <param name="operation">As with <see cref="Begin"/>.</param>
    /// <param name="call">The call.</param>
    public async Task<T> MeasureAsync<T>(string operation, Func<Task<T>> call)
    {
        var measured = Begin(operation);
        var outcome = DependencyOutcome.Failed;
        try
        {
            var result = await call();
            outcome = DependencyOutcome.Ok;
            return result;
        }
        catch (ServiceUnavailableException)
        {
            outcome = DependencyOutcome.Unreachable;
            throw;
        }
        catch (OperationCanceledException)
        {
            outcome = DependencyOutcome.Cancelled;
            throw;
        }
        finally
        {
            measured.End(outcome);
        }
    }
}

/// <summary>A call to a service that is under way.</summary>
internal readonly struct DependencyCall
{
    private readonly ProtectionMetrics _metrics;
    private readonly string _dependency;
    private readonly string _operation;
    private readonly long _started;
    private readonly Activity? _span;

    public DependencyCall(ProtectionMetrics metrics, string dependency, string operation)
    {
        _metrics = metrics;
        _dependency = dependency;
        _operation = operation;
        _started = metrics.Now;
        _span = Tracing.Source.HasListeners() ? Tracing.Source.StartActivity($"{dependency} {operation}", ActivityKind.Client) : null;
        _span?.SetTag("peer.service", dependency);
    }

    /// <summary>Ends the call.</summary>
    /// <param name="outcome">One of <see cref="DependencyOutcome"/>.</param>
    public void End(string outcome)
    {
        _metrics.DependencyCalled(_dependency, _operation, outcome, _started);
        if (_span is null)
        {
            return;
        }

        _span.SetTag("outcome", outcome);
        if (!DependencyOutcome.IsExpected(outcome))
        {
            _span.SetStatus(ActivityStatusCode.Error);
        }

        _span.Dispose();
    }
}

/// <summary>The services that Gatehouse depends on, as metrics and traces name them.</summary>
internal static class DependencyNames
{
    public const string Storage = "storage";
    public const string KeyVault = "key_vault";

    /// <summary>The documents that trusted issuers publish.</summary>
    public const string Issuer = "issuer";

    /// <summary>The key sets that clients publish.</summary>
    public const string ClientKeys = "client_keys";

    /// <summary>The service that knows the passwords of breaches.</summary>
    public const string BreachedPasswords = "breached_passwords";
}

/// <summary>How a call to a service that Gatehouse depends on ended.</summary>
internal static class DependencyOutcome
{
    public const string Ok = "ok";

    /// <summary>The resource does not exist, which is often what the caller wanted to know.</summary>
    public const string NotFound = "not_found";

    /// <summary>Another writer was faster, so a conditional write did not take place.</summary>
    public const string Conflict = "conflict";

    /// <summary>The identity lacks a role, or a firewall blocks the network.</summary>
    public const string Denied = "denied";

    /// <summary>Too many calls.</summary>
    public const string Throttled = "throttled";

    /// <summary>No answer.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The caller canceled the call, or its time was up.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Any other failure.</summary>
    public const string Failed = "failed";

    /// <summary>Whether a working service can have this outcome.</summary>
    public static bool IsExpected(string outcome) => outcome is Ok or NotFound or Conflict or Cancelled;

    /// <summary>The outcome for an HTTP status.</summary>
    public static string Of(int status) => status switch
    {
        < 400 => Ok,
        401 or 403 => Denied,
        404 => NotFound,
        409 or 412 => Conflict,

        // Table Storage answers 503 Server Busy when an account or a partition gets too many requests.
        429 or 503 => Throttled,
        _ => Failed,
    };
}
