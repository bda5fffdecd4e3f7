using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

/// <summary>
/// Finds the access token of a request: <c>Authorization: Bearer</c> (RFC 6750 §2.1) and the headers that
/// <see cref="ProtectionOptions.TokenHeaders"/> adds. Never the query or the body, which end in logs and histories.
/// </summary>
internal sealed class TokenReader(IOptions<ProtectionOptions> options)
{
    private const string Scheme = "Bearer";
    private const string SentTwice = "The access token was sent more than once.";

    private readonly ImmutableArray<string> _headers =
        [.. options.Value.TokenHeaders.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

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
            presented = new PresentedToken(StripScheme(value) ?? value.Trim(), null);
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
        if (values.Count > 1 || (value.Contains(',', StringComparison.Ordinal) && StripScheme(value) is not null))
        {
            return new PresentedToken(null, SentTwice);
        }

        return StripScheme(value) is { } token ? new PresentedToken(token, null) : PresentedToken.None;
    }

    /// <summary>The token behind the scheme; null when it is another scheme.</summary>
    private static string? StripScheme(string value)
    {
        var isBearer = value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && (value.Length == Scheme.Length || value[Scheme.Length] == ' ');
        return isBearer ? value.AsSpan(Scheme.Length).Trim(' ').ToString() : null;
    }
}
