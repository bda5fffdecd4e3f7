using System.Text.Json;
using Gatehouse.Keys;
using Gatehouse.Protection.Settings;

namespace Gatehouse.KeyTool;

/// <summary>Compares the key set of an API (RFC 7517 §5) with the keys.</summary>
internal static class PublishedKeys
{
    private const string Path = "/.well-known/jwks.json";
    private const int MaxBytes = 1 << 20;

    // RFC 7518 §6.2.2, §6.3.2, §6.4.1.
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    public static async Task<KeyComparison> CompareAsync(string url, IReadOnlyDictionary<string, SigningKey> expected, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || !SafeAddress.IsSafe(uri))
        {
            throw new KeyToolException("verify takes an https URL (http only on loopback).");
        }

        var address = uri.AbsolutePath.Length > 1 ? uri : new Uri(uri, Path);
        using var document = await ReadAsync(address, cancellationToken);
        var findings = new List<string>();
        var published = new List<string>();
        foreach (var key in document.RootElement.GetProperty("keys").EnumerateArray())
        {
            var kid = Read(key, "kid") ?? "";
            published.Add(kid);
            findings.AddRange(PrivateMembers.Where(member => Find(key, member) is not null).Select(member => $"The key {kid} is published with its private member {member}. Treat it as leaked: rotate --emergency."));
            if (!expected.TryGetValue(kid, out var known))
            {
                findings.Add($"The key {kid} is published, but no key of that id verifies tokens now: the app has not read the keys since, or reads another secret.");
            }
            else if (Read(key, "alg") is { } algorithm && algorithm != known.Algorithm)
            {
                findings.Add($"The key {kid} is published for {algorithm}, but it is for {known.Algorithm}.");
            }
            else if (!IsSame(key, known.PublicJwk))
            {
                findings.Add($"The key {kid} is published with other numbers than its own: an attacker who changed the key set can make tokens that its readers accept.");
            }
        }

        findings.AddRange(expected.Values.Where(key => !published.Contains(key.Kid)).Select(static key => $"The key {key.Kid} is not published: the app has not read it yet, which takes up to 15 minutes, or reads another secret."));
        return new KeyComparison(findings.Count == 0, published, findings);
    }

    // A reader finds a key by its id, but checks signatures with its numbers, so an equal id proves nothing.
    private static bool IsSame(JsonElement published, PublicJwk known) =>
        Read(published, "kty") == known.KeyType
        && Read(published, "n") == known.Modulus
        && Read(published, "e") == known.Exponent
        && Read(published, "crv") == known.Curve
        && Read(published, "x") == known.X
        && Read(published, "y") == known.Y;

    private static JsonElement? Find(JsonElement key, string member) =>
        key.ValueKind == JsonValueKind.Object && key.TryGetProperty(member, out var value) ? value : null;

    private static string? Read(JsonElement key, string member) =>
        Find(key, member) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static async Task<JsonDocument> ReadAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeLimit, MaxResponseContentBufferSize = MaxBytes };
        try
        {
            using var response = await client.GetAsync(address, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new KeyToolException($"{address} answered {(int)response.StatusCode}.");
            }

            var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
                ? document
                : throw new KeyToolException($"{address} is not a key set.");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new KeyToolException($"{address} can't be read as a key set: {exception.Message}", exception);
        }
    }
}

/// <summary>The result of comparing the published key set with the keys.</summary>
/// <param name="Agrees">Whether there are no findings.</param>
/// <param name="Published">The ids of the published keys.</param>
/// <param name="Findings">The differences, one sentence each.</param>
internal sealed record KeyComparison(bool Agrees, IReadOnlyList<string> Published, IReadOnlyList<string> Findings);
