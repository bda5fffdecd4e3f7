using System.Collections.Immutable;
using Gatehouse.Protection.Settings;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

/// <summary>
/// Finds the access token of a request: <c>Authorization: Bearer</c> (RFC 6750 §2.1) or <c>DPoP</c> (RFC 9449 §7.1), and the
/// headers that <see cref="ProtectionOptions.TokenHeaders"/> adds. Never the query or the body, which end in logs and histories.
/// </summary>
internal sealed class TokenReader(IOptions<ProtectionOptions> options)
{
    private const string BearerScheme = "Bearer";
    private const string BoundScheme = "DPoP";
    private const string SentTwice = "The access token was sent more than once.";

    private readonly ImmutableArray<string> _headers = [.. SettingList.Split(options.Value.TokenHeaders)];

    public PresentedToken Read(HttpRequestData request)
    {
        var presented = ReadAuthorization(request);
        foreach (var header in _headers)
        {
            if (!request.Headers.NonValidated.TryGetValues(header, out var values))
            {
                continue;
            }

            // RFC 6750 §2: clients must not use more than one method to send the token.
            if (presented != PresentedToken.None || values.Count > 1)
            {
                return new PresentedToken(null, SentTwice);
            }

            var value = values.ToString();
            presented = new PresentedToken(StripScheme(value, BearerScheme) ?? value.Trim(), null);
        }

        return presented;
    }

    private static PresentedToken ReadAuthorization(HttpRequestData request)
    {
        if (!request.Headers.NonValidated.TryGetValues("Authorization", out var values))
        {
            return PresentedToken.None;
        }

        // Several headers arrive as several values, or joined by a comma where a proxy or the Functions host has
        // folded them. Which of the two a proxy in front has checked is not known, so neither is taken.
        var value = values.ToString();
        var boundToken = StripScheme(value, BoundScheme);
        var token = boundToken ?? StripScheme(value, BearerScheme);
        if (values.Count > 1 || (token is not null && value.Contains(',', StringComparison.Ordinal)))
        {
            return new PresentedToken(null, SentTwice);
        }

        return token is null ? PresentedToken.None : new PresentedToken(token, null, boundToken is not null);
    }

    /// <summary>The token behind the scheme; null when it is another scheme.</summary>
    private static string? StripScheme(string value, string scheme)
    {
        var isScheme = value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && (value.Length == scheme.Length || value[scheme.Length] == ' ');
        return isScheme ? value.AsSpan(scheme.Length).Trim(' ').ToString() : null;
    }
}

/// <summary>What a request brought as its access token.</summary>
/// <param name="Token">The token; null when none came, or when it can't be told which one is meant.</param>
/// <param name="Fault">What is wrong with the way it was sent; null when nothing is.</param>
/// <param name="IsBoundScheme">Whether it came as a token that is bound to a key: <c>Authorization: DPoP</c> (RFC 9449 §7.1).</param>
internal readonly record struct PresentedToken(string? Token, string? Fault, bool IsBoundScheme = false)
{
    public static readonly PresentedToken None = new(null, null);

    // A record prints its members; this one must not end in a log.
    public override string ToString() => nameof(PresentedToken);
}
