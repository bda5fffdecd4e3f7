using Gatehouse.RateLimits;

namespace Gatehouse.Tests.Unit.RateLimits;

public sealed class BucketTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10, 60)]
    [InlineData(7, 60)]
    [InlineData(1, 86_400)]
    [InlineData(1_000_000, 60)]
    [InlineData(999_999, 86_400)]
    public void Take_AllPermits_EmptiesTheBucket_UntilTheTimeOfTheNext(int permits, int seconds)
    {
        var bucket = new Bucket(permits, TimeSpan.FromSeconds(seconds));
        Assert.Equal(permits, bucket.CountAvailable(DateTimeOffset.MinValue, Now));

        var paidAt = bucket.Take(permits, DateTimeOffset.MinValue, Now);

        var next = bucket.FindTimeOf(1, paidAt);
        Assert.Equal(0, bucket.CountAvailable(paidAt, Now));
        Assert.Equal(0, bucket.CountAvailable(paidAt, next - TimeSpan.FromTicks(1)));
        Assert.Equal(1, bucket.CountAvailable(paidAt, next));
        Assert.Equal(permits, bucket.CountAvailable(paidAt, paidAt));
        Assert.InRange(paidAt, Now, Now.AddSeconds(seconds));
    }

    [Fact]
    public void CountAvailable_AfterTheLimitWasLowered_IsNotNegative()
    {
        Assert.Equal(0, new Bucket(10, TimeSpan.FromMinutes(1)).CountAvailable(Now.AddDays(1), Now));
    }
}
