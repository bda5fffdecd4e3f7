using Gatehouse.Protection;
using Gatehouse.Revocation;

namespace Gatehouse.Tests.Unit.Revocation;

/// <summary>The tokens that a change of their subject ends. Seconds count from the change.</summary>
public sealed class RevokedTokensTests
{
    private const int Tolerance = 40;
    private static readonly DateTimeOffset Change = DateTimeOffset.UnixEpoch.AddYears(56);

    private readonly RevokedTokens _revoked = new();

    [Theory]
    [InlineData(-600)]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(Tolerance)]
    public void Token_ThatDoesNotKnowTheChange_IsRevoked_EvenIfTheIssuersClockIsAhead(int issuedAt)
    {
        _revoked.Add(Entry(0));

        Assert.True(_revoked.Contains(Token(issuedAt, updatedAt: null)));
        Assert.True(_revoked.Contains(Token(issuedAt, updatedAt: -1)));
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(0)]
    [InlineData(5)]
    public void Token_ThatKnowsTheChange_IsAccepted_EvenIfTheIssuersClockIsBehind(int issuedAt)
    {
        _revoked.Add(Entry(0));

        Assert.False(_revoked.Contains(Token(issuedAt, updatedAt: 0)));
        Assert.False(_revoked.Contains(Token(issuedAt, updatedAt: 1)));
    }

    [Fact]
    public void Token_OfAnotherSubject_IsAccepted()
    {
        _revoked.Add(Entry(0));

        Assert.False(_revoked.Contains(Token(0, updatedAt: null) with { Subject = "eve" }));
    }

    [Fact]
    public void Token_AfterAChangeThatWasNotWritten_IsAcceptedAgain()
    {
        _revoked.Add(Entry(0));

        Assert.False(_revoked.Contains(Token(Tolerance + 1, updatedAt: null)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SeveralChanges_InAnyOrder_LeaveTheLast(bool isReadBackwards)
    {
        var entries = Enumerable.Range(0, 1_000).Select(Entry);
        foreach (var entry in isReadBackwards ? entries.Reverse() : entries)
        {
            _revoked.Add(entry);
        }

        Assert.Equal(1, _revoked.Count);
        Assert.True(_revoked.Contains(Token(0, updatedAt: 998)));
        Assert.False(_revoked.Contains(Token(0, updatedAt: 999)));
    }

    [Fact]
    public void Prune_ForgetsOnlyExpiredRevocations()
    {
        _revoked.Add(Entry(0));

        _revoked.Prune(Change.AddSeconds(99));
        Assert.Equal(1, _revoked.Count);
        _revoked.Prune(Change.AddSeconds(100));
        Assert.Equal(0, _revoked.Count);
        Assert.False(_revoked.Contains(Token(0, updatedAt: null)));
    }

    private static RevocationEntry Entry(int second) =>
        new(RevocationKind.Subject, "ada", Change.AddSeconds(second), Change.AddSeconds(second + 100));

    private static Caller Token(int issuedAt, int? updatedAt) => new()
    {
        Subject = "ada",
        ClientId = "gatehouse",
        Scopes = ScopeSet.Empty,
        TokenId = "1",
        SessionId = "session",
        IssuedAt = Change.AddSeconds(issuedAt),
        UpdatedAt = updatedAt is { } seconds ? Change.AddSeconds(seconds) : null,
        ExpiresAt = Change.AddHours(1),
    };
}
