using System.Net;
using Microsoft.AspNetCore.Http.Extensions;

namespace Gatehouse.Local.Functions;

/// <summary>The URL that a client has asked for.</summary>
internal static class RequestUrl
{
    /// <returns>Null when the request names a host that no URL can have.</returns>
    public static Uri? Read(HttpRequest request)
    {
        // RFC 9112 §3.3: without a Host, which HTTP/1.0 allows and some health probes use, the server's own name counts.
        var host = request.Host.HasValue ? request.Host : FindOwnAddress(request.HttpContext.Connection);

        // Kestrel looks at the characters of a Host only: a port of 99999 comes this far.
        var url = UriHelper.BuildAbsolute(request.Scheme, host, request.PathBase, request.Path, request.QueryString);
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri : null;
    }

    private static HostString FindOwnAddress(ConnectionInfo connection) =>
        new((connection.LocalIpAddress ?? IPAddress.Loopback).ToString(), connection.LocalPort);
}
