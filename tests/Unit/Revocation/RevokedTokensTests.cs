using Gatehouse.Protection;
using Gatehouse.Revocation;

namespace Gatehouse.Tests.Unit.Revocation;

/// <summary>The tokens that a subject's revocations end, in any order of reading.</summary>
public sealed class RevokedTokensTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddYears(56);

    private readonly RevokedTokens _revoked = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SubjectRevocation_ThatSparesASession_DoesNotUndoAFullOne(bool isReadBackwards)
    {
        Add(isReadBackwards, Entry(10, exceptSession: null), Entry(20, exceptSession: "kept"));

        Assert.True(_revoked.Contains(Token(issuedAt: 10, "kept")));
        Assert.False(_revoked.Contains(Token(issuedAt: 11, "kept")));
        Assert.True(_revoked.Contains(Token(issuedAt: 20, "another")));
        Assert.False(_revoked.Contains(Token(issuedAt: 21, "another")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SubjectRevocations_ThatSpareDifferentSessions_SpareOnlyTheirOwn(bool isReadBackwards)
    {
        Add(isReadBackwards, Entry(10, "one"), Entry(20, "other"));

        Assert.False(_revoked.Contains(Token(issuedAt: 21, "one")));
        Assert.True(_revoked.Contains(Token(issuedAt: 5, "one")));
        Assert.True(_revoked.Contains(Token(issuedAt: 10, "other")));
        Assert.False(_revoked.Contains(Token(issuedAt: 11, "other")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("kept")]
    public void SubjectRevocations_CoveredByTheLast_AreStoredAsOne(string? exceptSession)
    {
        for (var second = 0; second < 1_000; second++)
        {
            Add(second % 2 == 0, Entry(2 * second, exceptSession), Entry((2 * second) + 1, exceptSession));
        }

        Assert.Equal(1, _revoked.Count);
        Assert.True(_revoked.Contains(Token(issuedAt: 1_999, "another")));
    }

    [Fact]
    public void Prune_ForgetsOnlyExpiredRevocations()
    {
        Add(isReadBackwards: false, Entry(10, "kept"), Entry(20, "other"));

        _revoked.Prune(Start.AddSeconds(110));

        Assert.Equal(1, _revoked.Count);
        Assert.True(_revoked.Contains(Token(issuedAt: 10, "kept")));
        _revoked.Prune(Start.AddSeconds(120));
        Assert.Equal(0, _revoked.Count);
        Assert.False(_revoked.Contains(Token(issuedAt: 10, "kept")));
    }

    private static RevocationEntry Entry(int second, string? exceptSession) =>
        new(RevocationKind.Subject, "ada", Start.AddSeconds(second), Start.AddSeconds(second + 100), exceptSession);

    private static Caller Token(int issuedAt, string session) => new()
    {
        Subject = "ada",
        ClientId = "gatehouse",
        Scopes = ScopeSet.Empty,
        TokenId = $"{session}-{issuedAt}",
        SessionId = session,
        IssuedAt = Start.AddSeconds(issuedAt),
        ExpiresAt = Start.AddHours(1),
    };

    private void Add(bool isReadBackwards, params RevocationEntry[] entries)
    {
        foreach (var entry in isReadBackwards ? entries.Reverse() : entries)
        {
            _revoked.Add(entry);
        }
    }
}
