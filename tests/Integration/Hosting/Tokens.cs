using System.Text.Json;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>A token answer.</summary>
internal sealed record Tokens(string AccessToken, string? RefreshToken, string Scope, long ExpiresIn, string TokenType)
{
    public static async Task<Tokens> ReadAsync(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        var root = document.RootElement;
        return new Tokens(
            root.GetProperty("access_token").GetString()!,
            root.TryGetProperty("refresh_token", out var refreshToken) ? refreshToken.GetString() : null,
            root.GetProperty("scope").GetString()!,
            root.GetProperty("expires_in").GetInt64(),
            root.GetProperty("token_type").GetString()!);
    }
}
