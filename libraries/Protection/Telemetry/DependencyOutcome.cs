namespace Gatehouse.Protection.Telemetry;

/// <summary>How a call to a service that Gatehouse depends on ended.</summary>
internal static class DependencyOutcome
{
    public const string Ok = "ok";

    /// <summary>There is no such thing; often what the caller wanted to know.</summary>
    public const string NotFound = "not_found";

    /// <summary>Somebody else was faster: a conditional write did not take place.</summary>
    public const string Conflict = "conflict";

    /// <summary>The identity lacks a role, or the network is not let in.</summary>
    public const string Denied = "denied";

    /// <summary>Asked too often.</summary>
    public const string Throttled = "throttled";

    /// <summary>No answer.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>Whoever asked has gone, or its time was up.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Any other failure.</summary>
    public const string Failed = "failed";

    /// <summary>Whether it is what a working service does.</summary>
    public static bool IsExpected(string outcome) => outcome is Ok or NotFound or Conflict or Cancelled;

    /// <summary>The outcome that an HTTP status tells.</summary>
    public static string Of(int status) => status switch
    {
        < 400 => Ok,
        401 or 403 => Denied,
        404 => NotFound,
        409 or 412 => Conflict,

        // Table Storage says 503 Server Busy when an account or a partition is asked too often.
        429 or 503 => Throttled,
        _ => Failed,
    };
}
