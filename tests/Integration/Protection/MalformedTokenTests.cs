using System.Text;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Protection;

/// <summary>What is no JSON Web Token in the one form that is read.</summary>
public sealed class MalformedTokenTests(SharedHost shared) : ForgedTokenTests(shared)
{
    [Theory]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("e30.e30.e30.e30")]
    [InlineData("e30.e30.e30.e30.e30")]
    [InlineData(".e30.e30")]
    [InlineData("e30..e30")]
    [InlineData("e30.e30.")]
    [InlineData("..")]
    public Task NotThreeParts_IsRefused(string token) => AssertRejectedAsync(token, "is not a signed JSON Web Token");

    [Theory]
    [InlineData("e3*0", 0)]
    [InlineData("e30=", 0)]
    [InlineData("e30%3D", 1)]
    [InlineData("e3+/", 1)]
    [InlineData("a", 2)]
    public async Task BrokenBase64_IsRefused(string part, int index)
    {
        var parts = GoodToken().Split('.');
        parts[index] = part;

        await AssertRejectedAsync(string.Join('.', parts), "is not a signed JSON Web Token");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"alg\":\"RS256\"}{}")]
    [InlineData("{\"\\ud800\":1}")]
    public async Task BrokenJsonInHeader_IsRefused(string header) =>
        await AssertRejectedAsync(Forge.Sign(header, Forge.Claims().ToJsonString()), "is not a signed JSON Web Token");

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("{\"iss\":\"a\",}")]
    [InlineData("{\"\\ud800\":1}")]
    public async Task BrokenJsonInPayload_IsRefused(string payload) =>
        await AssertRejectedAsync(Forge.Sign(Forge.Header().ToJsonString(), payload), "is not a signed JSON Web Token");

    [Fact]
    public async Task InvalidUtf8InPayload_IsRefused()
    {
        var header = TokenForge.Encode([.. Encoding.UTF8.GetBytes(Forge.Header().ToJsonString())]);

        await AssertRejectedAsync($"{header}.{TokenForge.Encode([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D])}.AAAA", "is not a signed JSON Web Token");
    }

    [Fact]
    public async Task DuplicateMemberInHeader_IsRefused()
    {
        var header = $$"""{"alg":"RS256","kid":"{{Forge.Key.Kid}}","typ":"at+jwt","alg":"none"}""";

        await AssertRejectedAsync(Forge.Sign(header, Forge.Claims().ToJsonString()), "holds a member twice");
    }

    [Fact]
    public async Task DuplicateMemberInPayload_IsRefused()
    {
        var payload = Forge.Claims().ToJsonString().Replace("\"scope\":", "\"scope\":\"samples:write\",\"scope\":", StringComparison.Ordinal);

        await AssertRejectedAsync(Forge.Sign(Forge.Header().ToJsonString(), payload), "holds a member twice");
    }

    [Fact]
    public async Task Over8KiB_IsRefused()
    {
        var token = Forge.WithClaim("padding", new string('x', 8192));

        await AssertRejectedAsync(token, "is longer than 8192 characters");
    }
}
