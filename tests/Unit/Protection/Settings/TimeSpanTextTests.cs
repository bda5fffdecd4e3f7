using Gatehouse.Protection.Settings;

namespace Gatehouse.Tests.Unit.Protection.Settings;

/// <summary>Time spans that .NET reads otherwise than people mean them.</summary>
public sealed class TimeSpanTextTests
{
    [Theory]
    [InlineData("24:00:00")]
    [InlineData("-24:00:00")]
    [InlineData("36:00")]
    [InlineData("24:00:00.5")]
    [InlineData("7")]
    [InlineData(" 7 ")]
    public void DaysWithoutAName_AreMisleading(string text)
    {
        // 36:00 is no time span, which the parser says by itself.
        Assert.Equal(TimeSpan.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _), TimeSpanText.IsMisleading(text, out var advice));
        Assert.True(advice is null or { Length: > 0 });
    }

    [Theory]
    [InlineData("23:59:59")]
    [InlineData("00:15:00")]
    [InlineData("0")]
    [InlineData("1.00:00:00")]
    [InlineData("30.00:00:00.5")]
    [InlineData("1:00:00:00")]
    [InlineData("nonsense")]
    [InlineData("")]
    public void SpansThatSayWhatTheyMean_AreNotMisleading(string text) => Assert.False(TimeSpanText.IsMisleading(text, out _));
}
