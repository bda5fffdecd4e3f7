namespace Gatehouse.Http;

/// <summary>Configuration section <c>Http</c>.</summary>
internal sealed class HttpOptions
{
    public const string Section = "Http";

    /// <summary>
    /// Whether the last entry of <c>X-Forwarded-For</c> is the caller. Switch it on only behind a front end that appends
    /// that entry itself, as Azure's does: without one, whoever calls could choose an address. Defaults to false.
    /// </summary>
    public bool TrustForwardedFor { get; set; }
}
