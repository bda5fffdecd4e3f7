using System.Collections.Immutable;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

/// <summary>
/// Finds the access token of a request in <c>Authorization: Bearer</c> (RFC 6750 §2.1), <c>Authorization: DPoP</c>
/// (RFC 9449 §7.1), and the headers of <see cref="ProtectionOptions.TokenHeaders"/>. It never reads the query, which
/// ends up in logs and histories, or the body.
/// </summary>
internal sealed class TokenReader(IOptions<ProtectionOptions> options)
{
    private const string BearerScheme = "Bearer";
    public const string BoundScheme = "DPoP";
    private const string SentTwice = "The access token was sent more than once.";

    private readonly ImmutableArray<string> _headers = [.. SettingList.Split(options.Value.TokenHeaders)];

    public PresentedToken Read(HttpExchange exchange)
    {
        var presented = ReadAuthorization(exchange);
        foreach (var header in _headers)
        {
            if (exchange.FindHeader(header, out var lines) is not { } value)
            {
                continue;
            }

            var token = StripScheme(value, BearerScheme) ?? value.Trim();
            if (token.Length == 0)
            {
                continue;
            }

            // RFC 6750 §2: clients must not use more than one method to send the token.
            if (presented != PresentedToken.None || lines > 1)
            {
                return new PresentedToken(null, SentTwice);
            }

            presented = new PresentedToken(token, null);
        }

        return presented;
    }

    private static PresentedToken ReadAuthorization(HttpExchange exchange)
    {
        if (exchange.FindHeader("Authorization", out var lines) is not { } value)
        {
            return PresentedToken.None;
        }

        // Several headers arrive as several lines, or joined by a comma if a proxy or the Functions host has folded
        // them. It is unknown which of them a proxy in front has checked, so none is accepted.
        var boundToken = StripScheme(value, BoundScheme);
        var token = boundToken ?? StripScheme(value, BearerScheme);
        if (lines > 1 || (token is not null && value.Contains(',', StringComparison.Ordinal)))
        {
            return new PresentedToken(null, SentTwice);
        }

        // A scheme without a token: some clients send it before they have one.
        return string.IsNullOrEmpty(token) ? PresentedToken.None : new PresentedToken(token, null, boundToken is not null);
    }

    /// <summary>The token after the scheme; null for another scheme.</summary>
    public static string? StripScheme(string value, string scheme)
    {
        var isScheme = value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && (value.Length == scheme.Length || value[scheme.Length] == ' ');
        return isScheme ? value.AsSpan(scheme.Length).Trim(' ').ToString() : null;
    }
}

/// <summary>The access token of a request, as it was sent.</summary>
/// <param name="Token">The token; null when there is none, or more than one.</param>
/// <param name="Fault">The fault in how it was sent; null when there is none.</param>
/// <param name="IsBoundScheme">Whether it was sent as a bound token: <c>Authorization: DPoP</c> (RFC 9449 §7.1).</param>
internal readonly record struct PresentedToken(string? Token, string? Fault, bool IsBoundScheme = false)
{
    public static readonly PresentedToken None = new(null, null);

    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(PresentedToken);
}
